import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory-store';
import { createTypist } from './testing-typists';
import { contentOf, testVerifier } from './testing-verifier';

describe('consent', () => {
  it('keeps every decision and gives the last one', async () => {
    const bank = await testVerifier();
    expect(await bank.verifier.consentOf({ subject: 'anna' })).toBeUndefined();
    const since = bank.ctx.clock();
    await bank.verifier.recordConsent({ subject: 'anna', biometrics: 'declined', version: '1' });
    await bank.verifier.recordConsent({ subject: 'anna', biometrics: 'granted', version: '2' });
    expect(await bank.verifier.consentOf({ subject: 'anna' })).toEqual({
      biometrics: 'granted',
      face: 'declined',
      session: 'declined',
      since,
      version: '2',
    });
    // A clock that was put back does not bring the older decision into force.
    bank.advance(-60_000);
    await bank.verifier.recordConsent({ subject: 'anna', biometrics: 'declined', version: '3' });
    expect(await bank.verifier.consentOf({ subject: 'anna' })).toEqual({
      biometrics: 'declined',
      face: 'declined',
      session: 'declined',
      since,
      version: '3',
    });
    const { consent, audit } = await bank.verifier.exportSubject({ subject: 'anna' });
    expect(consent.map(({ version }) => version)).toEqual(['1', '2', '3']);
    expect(audit.map((entry) => (entry.erased ? null : entry.type))).toEqual([
      'consent-declined',
      'consent-granted',
      'consent-withdrawn',
      'exported',
    ]);
  });

  it('erases template, history, quarantine and samples at once when it is withdrawn, and wipes the store', async () => {
    let scrubbed = 0;
    const memory = memoryStore();
    const bank = await testVerifier({ store: { ...memory, scrub: async () => void scrubbed++ } });
    const typist = createTypist(1);
    await bank.enrol('anna', typist, 20);
    const card = await bank.giveCard('anna');
    await bank.type('anna', typist.sample());
    const { heldSample } = await bank.type('anna', typist.sample(), { hold: true });
    expect(scrubbed).toBe(0);
    expect(await bank.verifier.withdrawConsent({ subject: 'anna' })).toMatchObject({ erased: true, status: { biometrics: 'declined' } });
    expect(scrubbed).toBe(1);
    const nothingKept = async () => {
      for (const kind of ['typing-template', 'typing-history', 'typing-sample', 'scrub']) {
        expect(await contentOf(bank.store, kind)).toEqual([]);
      }
    };
    await nothingKept();
    expect(await bank.type('anna', typist.sample())).toMatchObject({
      decision: 'step-up',
      reasons: ['no-consent'],
      template: { state: 'none', learned: 0 },
    });
    // The other factor works on, and learns nothing.
    expect(await bank.answer('anna', card, { heldSample })).toEqual({ matched: true });
    await nothingKept();
    expect(await bank.verifier.withdrawConsent({ subject: 'anna' })).toMatchObject({ erased: false });
  });

  it('wins over a login that is being judged', async () => {
    const bank = await testVerifier();
    const typist = createTypist(1);
    await bank.enrol('anna', typist, 20);
    const logins = Promise.all(Array.from({ length: 5 }, () => bank.type('anna', typist.sample())));
    await Promise.all([logins, bank.verifier.withdrawConsent({ subject: 'anna' })]);
    for (const kind of ['typing-template', 'typing-history', 'typing-sample']) {
      expect(await contentOf(bank.store, kind)).toEqual([]);
    }
    expect((await logins).every(({ decision, reasons }) => decision === 'accept' || reasons[0] === 'no-consent')).toBe(true);
  });

  it('finishes the wiping of a withdrawal that a crash cut off', async () => {
    let failing = true;
    let scrubbed = 0;
    const store = {
      ...memoryStore(),
      scrub: async () => {
        if (failing) {
          throw new Error('power cut');
        }
        scrubbed++;
      },
    };
    const bank = await testVerifier({ store });
    await bank.enrol('anna', createTypist(1), 5);
    await expect(bank.verifier.withdrawConsent({ subject: 'anna' })).rejects.toThrow('power cut');
    failing = false;
    await bank.verifier.runJobs();
    await bank.verifier.runJobs();
    expect(scrubbed).toBe(1);
  });

  it('asserts its arguments', async () => {
    const { verifier } = await testVerifier();
    const record = (options: object) => verifier.recordConsent({ subject: 'anna', biometrics: 'granted', version: '1', ...options });
    await expect(record({ biometrics: 'yes' })).rejects.toThrow(new RangeError('biometrics must be one of: granted, declined'));
    await expect(record({ version: '' })).rejects.toThrow(RangeError);
    await expect(record({ subject: '\ud800' })).rejects.toThrow(new RangeError('subject must be well-formed Unicode'));
    await expect(verifier.withdrawConsent({ subject: 'anna' })).rejects.toMatchObject({ code: 'ERR_SUBJECT_UNKNOWN' });
  });
});
