import { BankProcess } from './bank-process';
import { freePort } from './free-port';
import { CLIENT_HEADER, type FrontProxy, startProxy } from './proxy';

export interface TwoServersOptions {
  /** The PostgreSQL that both share. */
  databaseUrl: string;
  dataFolder: string;
  /** Port of the proxy; any free one by default. */
  port?: number;
  env?: Readonly<Record<string, string>>;
}

export interface TwoServers {
  /** Where a browser goes: the proxy. */
  readonly origin: string;
  readonly proxy: FrontProxy;
  readonly servers: readonly [BankProcess, BankProcess];
  /** Each server's own address, for what should go to one of them. */
  readonly addresses: readonly [string, string];
  stop(): Promise<void>;
}

/** One bank on two servers and one database, behind a proxy that gives each request to the next of them. */
export async function startTwoServers({ databaseUrl, dataFolder, port, env }: TwoServersOptions): Promise<TwoServers> {
  const ports = [await freePort(), await freePort()] as const;
  const proxy = await startProxy({ ports, ...(port === undefined ? {} : { port }) });
  const origin = `http://localhost:${proxy.port}`;
  const [first, second] = ports.map(
    (own) =>
      new BankProcess({
        port: own,
        dataFolder,
        env: { ...env, BANK_ORIGIN: origin, BANK_DATABASE_URL: databaseUrl, BANK_CLIENT_HEADER: CLIENT_HEADER },
      }),
  ) as [BankProcess, BankProcess];
  const stop = async (): Promise<void> => {
    await proxy.close();
    await Promise.all([first.end('SIGTERM'), second.end('SIGTERM')]);
  };
  try {
    // The first one makes the tables, the key and the people of the demonstration.
    await first.start();
    await second.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    origin,
    proxy,
    servers: [first, second],
    addresses: [`http://localhost:${ports[0]}`, `http://localhost:${ports[1]}`],
    stop,
  };
}
