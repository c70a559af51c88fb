import { readFileSync } from 'node:fs';
import { SESSION_TRUST_CALIBRATION } from '@tacit-auth/models';
import { describe, expect, it } from 'vitest';
import { CALIBRATION_FILE, calibrationText, readTrust } from './trust-calibration-file';

describe('the thresholds that the models ship', () => {
  const trust = readTrust();

  it('are those that were measured, file and all', () => {
    expect(SESSION_TRUST_CALIBRATION).toEqual(trust.calibration);
    expect(readFileSync(CALIBRATION_FILE, 'utf8')).toBe(calibrationText(SESSION_TRUST_CALIBRATION));
  });

  it('are the greatest that any half of the people chose, and no more than rounded up', () => {
    for (const [streams, part] of [
      ['typing', 'freeText'],
      ['pointer', 'pointer'],
    ] as const) {
      for (const template of ['sitting', 'day', 'days'] as const) {
        for (const level of ['medium', 'high'] as const) {
          const chosen = trust.rows
            .filter((row) => row.streams === streams && row.template === template && row.level === level)
            .flatMap((row) => row.chosen.flatMap(({ sum, threshold }) => (sum === 'template' ? (threshold ?? []) : [])));
          const above = SESSION_TRUST_CALIBRATION[part][template][level] - Math.max(...chosen);
          expect(above, `${part} ${template} ${level}`).toBeGreaterThanOrEqual(0);
          expect(above, `${part} ${template} ${level}`).toBeLessThan(0.5);
        }
      }
    }
  });

  it("beside a session's own beginning are the greatest of all ages", () => {
    for (const [streams, part] of [
      ['typing', 'freeText'],
      ['pointer', 'pointer'],
    ] as const) {
      for (const level of ['medium', 'high'] as const) {
        const rows = trust.rows.filter((row) => row.streams === streams && row.level === level);
        const chosen = rows.flatMap((row) => row.chosen.flatMap(({ sum, threshold }) => (sum === 'own' ? (threshold ?? []) : [])));
        const shipped = SESSION_TRUST_CALIBRATION[part].own?.[level] ?? Number.NaN;
        expect(shipped - Math.max(...chosen), `${part} ${level}`).toBeGreaterThanOrEqual(0);
        expect(shipped - Math.max(...chosen), `${part} ${level}`).toBeLessThan(0.5);
        expect(shipped).toBeLessThan(SESSION_TRUST_CALIBRATION[part].days[level]);
      }
    }
  });

  it('are higher for a template of other days than for one of the sitting', () => {
    for (const part of ['freeText', 'pointer'] as const) {
      for (const level of ['medium', 'high'] as const) {
        expect(SESSION_TRUST_CALIBRATION[part].days[level]).toBeGreaterThan(SESSION_TRUST_CALIBRATION[part].sitting[level]);
        expect(SESSION_TRUST_CALIBRATION[part].day[level]).toBeGreaterThan(SESSION_TRUST_CALIBRATION[part].days[level]);
      }
    }
  });

  it('gave false alarms that are no surprise where one was asked for in 10 h and in 100 h', () => {
    for (const row of trust.rows) {
      // As rare as asked for, or at least within the interval of what was seen.
      const [low] = row.false_alarms_per_hour_ci ?? [Number.POSITIVE_INFINITY];
      const where = `${row.detector} ${row.condition} ${row.level}`;
      expect(row.false_alarms_per_hour <= row.target_per_hour || low <= row.target_per_hour, where).toBe(true);
    }
  });
});
