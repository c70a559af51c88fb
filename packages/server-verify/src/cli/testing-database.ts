import { envKey, keyring } from '@tacit-auth/crypto';
import { sqlite } from '../sqlite';
import { seededRandom } from '../testing-context';
import { createFace } from '../testing-face';
import { createTypist } from '../testing-typists';
import { testVerifier } from '../testing-verifier';
import { testKeyList } from './testing-cli';

export interface TestCustomer {
  subject: string;
  /** Entries learned after the enrolment of 5, each under a matrix code, and not calibrated since. */
  learned?: number;
  /** Whether a face is enrolled too. */
  hasFace?: boolean;
}

/** A database as a server leaves it; what unlocks it is returned as an environment. */
export async function testDatabase(path: string, customers: readonly TestCustomer[], tenant = 'default'): Promise<{ TACIT_KEY: string }> {
  const env = { TACIT_KEY: testKeyList() };
  const server = await testVerifier({
    store: sqlite(path, { tenant }),
    keys: keyring({ provider: envKey('TACIT_KEY', { env }), random: seededRandom(3) }),
  });
  for (const [index, { subject, learned = 0, hasFace = false }] of customers.entries()) {
    const typist = createTypist(index + 1);
    await server.enrol(subject, typist);
    if (learned > 0) {
      const card = await server.giveCard(subject);
      for (let i = 0; i < learned; i++) {
        const { heldSample } = await server.type(subject, typist.sample());
        await server.answer(subject, card, { heldSample });
      }
    }
    if (hasFace) {
      await server.verifier.recordConsent({ subject, biometrics: 'granted', face: 'granted', version: '2026-01' });
      const { challenge, actions } = await server.verifier.issueFaceChallenge({ subject, purpose: 'enrol-face' });
      await server.verifier.enrolFace({ subject, challenge, sample: createFace(index + 1).look(actions), pending: false });
    }
  }
  await server.verifier.close();
  return env;
}
