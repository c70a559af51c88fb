/**
 * Takes the thresholds of the product's trust over time from a report into the sources: `bench/accuracy/session-trust.json` and the models' `session-trust-calibration.ts`.
 *
 *     npm run bench:accuracy -- --suite session --train-data DIR --json report.json
 *     cd bench/accuracy && node --import tsx src/session/write-trust-calibration.ts ../../report.json
 *     npm run format
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeJson } from '@tacit-internal/bench-shared/run-bench';
import { parseReport } from '../report';
import { CALIBRATION_FILE, calibrationText, TRUST_FILE } from './trust-calibration-file';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('say which report');
const trust = parseReport(readFileSync(file, 'utf8')).session?.trust;
if (trust === undefined || trust.calibration === null) throw new Error('the report has no thresholds of trust over time');
writeJson(fileURLToPath(TRUST_FILE), trust);
writeFileSync(CALIBRATION_FILE, calibrationText(trust.calibration));
