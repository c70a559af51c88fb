import type { TypingSample } from '@tacit-auth/features';
import type { Store } from '@tacit-auth/server-verify';
import { type BenchServer, benchClock, benchVerifier, enrolCustomer } from './bench-server';
import { type StoreKind, withStore } from './bench-store';
import { measureAsync } from './measure';
import { profileShares } from './profile-shares';
import type { VerifyTypingFigures } from './report';
import { createTypist, type Typist } from './seeded-typist';

const SUBJECT = 'customer-1';
const SAMPLES = 100;
/** As many entries as the replay check keeps by default: with fewer a login would be too cheap. */
const HISTORY = 200;
const PROFILED_RUNS = 400;

interface Login {
  at: number;
  challenge: string;
  sample: TypingSample;
}

/** `verifyTyping` as an application calls it: a template of 100 samples, a full replay history, a fresh challenge and a fresh entry each time. */
export async function measureVerifyTyping(kind: StoreKind): Promise<VerifyTypingFigures> {
  return withStore(kind, async (store) => {
    const server = await startServer(store);
    const typist = createTypist(11);
    await enrolCustomer(server, SUBJECT, typist, SAMPLES);
    for (let i = 0; i < HISTORY; i += 1) await login(server, await prepare(server, typist));

    const decisions: string[] = [];
    const warm = await measureAsync(
      `verifyTyping, ${kind} store`,
      async (input: Login) => decisions.push((await login(server, input)).decision),
      { prepare: () => prepare(server, typist) },
    );
    const issueChallenge = await measureAsync(`issueChallenge, ${kind} store`, () => server.verifier.issueChallenge({ subject: SUBJECT }), {
      prepare: () => undefined,
      runsPerBatch: 50,
    });
    const cold = await measureAsync(
      `verifyTyping after a restart, ${kind} store`,
      ({ restarted, input }: { restarted: BenchServer; input: Login }) => login(restarted, input),
      { prepare: () => prepareCold(store, server, typist), runsPerBatch: 5 },
    );
    // With a disk in it the profile would count waiting; what SQLite costs is the difference between the stores.
    const shares =
      kind === 'memory'
        ? await profileShares(async () => {
            for (let i = 0; i < PROFILED_RUNS; i += 1) await login(server, await prepare(server, typist));
          })
        : [];
    await server.verifier.close();
    return {
      store: kind,
      warm,
      cold,
      issueChallenge,
      shares,
      accepted: decisions.filter((decision) => decision === 'accept').length / decisions.length,
    };
  });
}

async function startServer(store: Store, { clock }: Pick<BenchServer, 'clock'> = { clock: benchClock() }): Promise<BenchServer> {
  const verifier = benchVerifier(store, { clock: () => clock.now });
  await verifier.start();
  return { verifier, clock };
}

async function prepare({ verifier, clock }: BenchServer, typist: Typist): Promise<Login> {
  const at = clock.next();
  clock.now = at;
  const { challenge } = await verifier.issueChallenge({ subject: SUBJECT });
  return { at, challenge, sample: typist.next() };
}

async function prepareCold(store: Store, { clock }: BenchServer, typist: Typist): Promise<{ restarted: BenchServer; input: Login }> {
  const restarted = await startServer(store, { clock });
  return { restarted, input: await prepare(restarted, typist) };
}

function login({ verifier, clock }: BenchServer, { at, challenge, sample }: Login) {
  clock.now = at;
  return verifier.verifyTyping({ subject: SUBJECT, challenge, sample });
}
