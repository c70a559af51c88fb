import { FOREST_NAME, NETWORK_NAME } from './comparison-operations';
import type { Measurement } from './measure';
import { scoreName, UPDATE_NAME } from './pure-operations';
import { REPORT_SCHEMA, type Report } from './report';
import { FREE_TEXT_NAME, POINTER_ACTION_NAME, POINTER_WINDOW_NAME, POPULATION_NAMES, TEMPLATE_NAMES } from './session-figures';

const measurement = (name: string, medianUs: number): Measurement => ({ name, medianUs, spreadUs: medianUs / 10, runs: 31 });
const timed = (name: string, medianUs: number) => ({ ...measurement(name, medianUs), wallUs: 2 * medianUs });

/** A report in which every limit is kept. */
export function sampleReport(): Report {
  return {
    schema: REPORT_SCHEMA,
    machine: { node: '20.0.0', cpus: 2 },
    seconds: 100,
    ratios: [{ kind: 'score', samples: 100, own: measurement('own', 100), classical: measurement('forest', 250), times: 2.5 }],
    operations: [measurement(scoreName(10), 10), measurement(scoreName(100), 100), measurement(UPDATE_NAME, 100)],
    comparisons: [measurement(FOREST_NAME, 30_000), measurement(NETWORK_NAME, 800)],
    session: {
      operations: [measurement(FREE_TEXT_NAME, 700), measurement(POINTER_ACTION_NAME, 20), measurement(POINTER_WINDOW_NAME, 40)],
      sizes: [...POPULATION_NAMES.map((name) => ({ name, bytes: 180_000 })), ...TEMPLATE_NAMES.map((name) => ({ name, bytes: 900 }))],
    },
    verifyTyping: ['memory', 'sqlite', 'postgres'].map((store) => ({
      store,
      warm: timed(`verifyTyping, ${store} store`, store === 'memory' ? 1_500 : 2_000),
      cold: timed(`verifyTyping after a restart, ${store} store`, 2_500),
      issueChallenge: timed(`issueChallenge, ${store} store`, 80),
      shares: store === 'memory' ? [{ name: 'garbage collection', share: 0.1 }] : [],
      accepted: 0.975,
    })),
    logins: [{ store: 'sqlite', login: timed('login over HTTP, sqlite store', 4_000), perSecond: 125, signedIn: 0.9 }],
    passwordHashes: [timed('Argon2id hash', 20_000)],
    answerTimes: (['login', 'registration'] as const).map((name) => ({
      name,
      first: 'one case',
      second: 'the other',
      pairs: 500,
      firstMs: 30,
      secondMs: 30.5,
      differenceMs: 0.5,
      medianPairMs: -0.4,
    })),
  };
}
