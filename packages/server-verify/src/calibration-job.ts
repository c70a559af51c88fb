import { calibrateInSteps, type DefaultProfile } from '@tacit-auth/models';
import type { Context } from './context';
import { readTemplate, typingTemplateKind, writeTemplate } from './typing-template';

/** Templates looked at in one round. */
const BATCH = 200;

/**
 * Calibrates the templates that have learned since they were last calibrated: off the way of a request, in slices of about 2 ms between which the
 * process serves requests. A template that learns again meanwhile is left for the next round.
 *
 * @returns how many were calibrated
 */
export async function calibrateTemplates(ctx: Context): Promise<number> {
  let calibrated = 0;
  for (;;) {
    const now = ctx.clock();
    const due = await ctx.store.transaction((tx) => tx.due(typingTemplateKind.kind, now, BATCH));
    let changed = 0;
    for (const { subject, id } of due) {
      if (id === 'current') {
        changed += (await calibrate(ctx, subject)) ? 1 : 0;
      }
    }
    calibrated += changed;
    // A full batch of which none could be calibrated would come again.
    if (due.length < BATCH || changed === 0) {
      return calibrated;
    }
  }
}

async function calibrate(ctx: Context, subject: string): Promise<boolean> {
  const found = await ctx.store.transaction((tx) => readTemplate(ctx, tx, subject));
  if (found === undefined || found.due === null) {
    return false;
  }
  const profile = await inSlices(found.template.profile);
  const anchor = found.template.anchor && (await inSlices(found.template.anchor));
  const template = { ...found.template, profile, anchor };
  return ctx.store.transaction(async (tx) => {
    const now = await readTemplate(ctx, tx, subject);
    // Versions begin anew after an erasure, so the enrolment must be the same too.
    if (now?.version !== found.version || now.template.enrolment !== template.enrolment) {
      return false;
    }
    return writeTemplate(ctx, tx, { subject, slot: 'current', template, due: null });
  });
}

async function inSlices(profile: DefaultProfile): Promise<DefaultProfile> {
  const steps = calibrateInSteps(profile);
  for (;;) {
    const step = steps.next();
    if (step.done) {
      return step.value;
    }
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
