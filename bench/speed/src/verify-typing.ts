import { fixedTextVector, parseTypingSample, type TypingSample } from '@tacit-auth/features';
import { checkTyping, defaultDetector } from '@tacit-auth/models';
import type { Store } from '@tacit-auth/server-verify';
import { type BenchServer, benchClock, benchVerifier, enrolCustomer } from './bench-server';
import { meterStore, type StoreKind, withStore } from './bench-store';
import { type Measurement, measure, measureAsync, median } from './measure';
import type { Share, VerifyTypingFigures } from './report';
import { createTypist, type Typist } from './seeded-typist';
import { enough, vectorOf } from './vectors';

const SUBJECT = 'customer-1';
const SAMPLES = 100;
/** As many entries as the replay check keeps by default: with fewer a login would be too cheap. */
const HISTORY = 200;
const METERED_RUNS = 200;

interface Login {
  at: number;
  challenge: string;
  sample: TypingSample;
}

/** `verifyTyping` as an application calls it: a template of 100 samples, a full replay history, a fresh challenge and a fresh entry each time. */
export async function measureVerifyTyping(kind: StoreKind): Promise<VerifyTypingFigures> {
  return withStore(kind, async (inner) => {
    const { store, takeUs } = meterStore(inner);
    // One figure is taken without the meter, which has a cost of its own.
    const server = await startServer(inner);
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
      { prepare: () => prepareCold(inner, server, typist), runsPerBatch: 5 },
    );
    const metered = await startServer(store, server);
    const storeUs: number[] = [];
    for (let i = 0; i < METERED_RUNS; i += 1) {
      const input = await prepare(metered, typist);
      takeUs();
      await login(metered, input);
      storeUs.push(takeUs());
    }
    await server.verifier.close();
    return {
      store: kind,
      warm,
      cold,
      issueChallenge,
      shares: sharesOf(warm, median(storeUs), typist),
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

/** What of a login is typing, and what is the store; the rest is the challenge, the sealing of records, and the audit chain. */
function sharesOf(whole: Measurement, storeUs: number, typist: Typist): Share[] {
  const profile = enough(defaultDetector.fit(typist.take(SAMPLES).map(vectorOf)));
  const history = typist.take(HISTORY).map(vectorOf);
  const wire = typist.take(256);
  const parsed = wire.map(parseTypingSample);
  const vectors = wire.map(vectorOf);
  const checks = measure('bot and replay checks', (run) => {
    const sample = parsed[run % parsed.length]!;
    return checkTyping({ sample, vector: vectors[run % vectors.length]!, history });
  });
  const typing = measure('parse, vector and score', (run) => {
    const vector = enough(fixedTextVector(parseTypingSample(wire[run % wire.length]!)));
    return defaultDetector.score(profile, vector);
  });
  const parts: Share[] = [
    { name: 'parse, vector and score', us: typing.medianUs },
    { name: `bot and replay checks against ${HISTORY} entries`, us: checks.medianUs },
    { name: 'store: three transactions', us: storeUs },
  ];
  const known = parts.reduce((sum, { us }) => sum + us, 0);
  return [...parts, { name: 'challenge, seals, JSON, audit chain', us: Math.max(0, whole.medianUs - known) }];
}
