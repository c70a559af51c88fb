import type { Context } from './context';
import { customerKind } from './customers';
import { deleteEverything, forgetErased } from './erase';
import { scrubErasedData } from './erased-data';
import type { StoreTransaction } from './store';
import { ifReadable } from './unreadable-record';

/** What else this layer writes that is of no use once it is due. */
const EXPIRING = [
  'challenge',
  'throttle',
  'registration-quota',
  'alert',
  'mail',
  'text-challenge',
  'text-history',
  'continuous',
  'session-summary',
  'evidence-seen',
] as const;

/** Records looked at in one transaction. */
const BATCH = 100;

/** What one round deleted. */
export interface Retention {
  /** Raw samples past their time: of enrolments after 90 days, held ones after an hour. */
  samples: number;
  /** Enrolments and cards that were not activated in time. */
  pending: number;
  /** Customers who were not activated in time, erased altogether. */
  customers: number;
}

/**
 * Deletes what has outlived its purpose: raw samples and texts after `policy.retention.samplesMs`, held samples after an hour, enrolments, cards
 * and customers that were not activated within `policy.registration.lifetimeMs`; and finishes an erasure that a crash kept from wiping the store's
 * files. A customer with an open registration is left to the registration's own end.
 */
export async function enforceRetention(ctx: Context): Promise<Retention> {
  const samples = await deleteDue(ctx, 'typing-sample', hasEnded);
  const templates = await deleteDue(ctx, 'typing-template', wasAbandoned);
  await deleteDue(ctx, 'typing-history', wasAbandoned);
  const faces = await deleteDue(ctx, 'face-template', wasAbandoned);
  const cards = await deleteDue(ctx, 'matrix-card', wasAbandoned);
  const customers = await eraseAbandoned(ctx);
  for (const kind of EXPIRING) {
    await deleteDue(ctx, kind, async () => true);
  }
  await scrubErasedData(ctx);
  return { samples, pending: templates + faces + cards, customers };
}

/** Whether a record that is due is to be deleted. */
type Which = (tx: StoreTransaction, record: { subject: string; id: string }) => Promise<boolean>;

const hasEnded: Which = async (tx, { subject, id }) => !id.startsWith('pending.') || !(await hasOpenRegistration(tx, subject));
/** The template in use is due for calibration, not for deletion. */
const wasAbandoned: Which = async (tx, { subject, id }) => id === 'pending' && !(await hasOpenRegistration(tx, subject));

async function deleteDue(ctx: Context, kind: string, which: Which): Promise<number> {
  let deleted = 0;
  for (;;) {
    const now = ctx.clock();
    const found = await ctx.store.transaction(async (tx) => {
      const due = await tx.due(kind, now, BATCH);
      let count = 0;
      for (const record of due) {
        if (await which(tx, record)) {
          await tx.delete(kind, record.subject, record.id);
          count++;
        }
      }
      return { due: due.length, count };
    });
    deleted += found.count;
    // A full batch of which nothing could be deleted would come again.
    if (found.due < BATCH || found.count === 0) {
      return deleted;
    }
  }
}

/** A registration in progress ends by a job of its own, which may still have to tell the host. */
async function hasOpenRegistration(tx: StoreTransaction, subject: string): Promise<boolean> {
  return (await tx.count('registration', subject)) > 0;
}

async function eraseAbandoned(ctx: Context): Promise<number> {
  let erased = 0;
  for (;;) {
    const now = ctx.clock();
    const subjects = await ctx.store.transaction(async (tx) => {
      const done: string[] = [];
      for (const { subject } of await tx.due(customerKind.kind, now, BATCH)) {
        if (!(await hasOpenRegistration(tx, subject))) {
          // One that can not be read has no name to sign in by: that is taken with the confirmation.
          const customer = await ifReadable(customerKind.get(ctx, tx, subject, 'customer'));
          await deleteEverything(tx, subject, customer?.value);
          done.push(subject);
        }
      }
      return done;
    });
    for (const subject of subjects) {
      forgetErased(ctx, subject);
    }
    erased += subjects.length;
    if (subjects.length < BATCH) {
      return erased;
    }
  }
}
