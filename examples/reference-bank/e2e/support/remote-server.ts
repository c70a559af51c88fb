import type { MortalServer } from '../../proofs/rough-network';
import type { NodeBrowser } from './node-browser';

/** Servers behind an address, for a network that loses what it carries: when they die, connections break of themselves. */
export function remoteServer(browser: NodeBrowser): MortalServer {
  return {
    alive: true,
    handle: (request) => browser.send(request),
    connect: (request, { onMessage, onClose }) =>
      new Promise((resolve) => {
        const socket = browser.connect(new URL(request.url).pathname);
        const connection = {
          send: (text: string) => {
            if (socket.readyState === socket.OPEN) socket.send(text);
          },
          close: () => socket.terminate(),
        };
        socket.once('open', () => resolve(connection));
        socket.on('message', (data) => onMessage(String(data)));
        socket.once('close', (code) => {
          resolve(null);
          onClose(code);
        });
      }),
  };
}
