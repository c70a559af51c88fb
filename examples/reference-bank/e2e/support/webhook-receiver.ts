import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  /** The same for every attempt at one alert. */
  id: string;
  /** Whether it is signed by who knows the secret. */
  isSigned: boolean;
  body: { type: string; data: { id: string; code: string } };
  /** What was answered. */
  status: number;
}

/** Whoever a bank posts its alerts to, on this machine. It answers as the test tells it. */
export class WebhookReceiver {
  /** `whsec_` and the bytes that the bank signs with. */
  readonly secret = `whsec_${Buffer.from('thirty-two bytes, for tests only').toString('base64')}`;
  readonly received: ReceivedWebhook[] = [];
  status = 200;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const id = String(request.headers['webhook-id']);
      const signed = `${id}.${request.headers['webhook-timestamp']}.${text}`;
      const key = Buffer.from(this.secret.slice('whsec_'.length), 'base64');
      const signature = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
      const isSigned = String(request.headers['webhook-signature']).split(' ').includes(signature);
      this.received.push({ id, isSigned, body: JSON.parse(text) as ReceivedWebhook['body'], status: this.status });
      response.writeHead(this.status).end();
    });
  }

  static async listen(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/alerts`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
