const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Each default with the range it may be set in: [default, least, greatest, kind]. */
const FIELDS = {
  typing: {
    /** False match rate at which an entry counts as the customer's, at a login. */
    targetFmr: [0.01, 0.001, 0.05, 'number'],
    /** The same, at a re-authentication. */
    strictFmr: [0.001, 0.001, 0.05, 'number'],
    /** Learned samples from which typing carries a login alone. */
    readyAt: [20, 5, 200, 'integer'],
    /** Fewest character keys of an entry that is judged. */
    minimumKeys: [8, 4, 100, 'integer'],
    /** One login in so many asks for the matrix code even so; at the most hardly any. */
    codeEveryNth: [10, 1, 1_000_000, 'integer'],
    /** Most samples that a template learns in seven days without an independent factor. */
    weeklyLearningCap: [10, 0, 1_000, 'integer'],
    /** Most entries that typing alone accepted which one independent factor may release to be learned; 0: verified entries are all that is learned. */
    mostReleased: [0, 0, 1_000, 'integer'],
    /** How many past entries are kept for the replay check. */
    historySize: [200, 10, 1_000, 'integer'],
  },
  face: {
    /** False match rate at which a face counts as the customer's. */
    targetFmr: [0.001, 0.0001, 0.01, 'number'],
    /** How many actions (blinks, turns of the head) one look into the camera asks for. */
    actions: [2, 1, 4, 'integer'],
    /** Looks that one sign-in, registration or enrolment may take, those that could not be judged among them. */
    triesPerChallenge: [10, 1, 50, 'integer'],
    /** How long one look may take, the loading of the camera and its models included. */
    challengeMs: [300 * SECOND, 30 * SECOND, HOUR, 'integer'],
    /** How many descriptors are remembered, by digest, so that none is accepted twice. */
    historySize: [2_000, 100, 20_000, 'integer'],
  },
  text: {
    /** False match rate at which a text of the server's choice counts as typed by the customer. */
    targetFmr: [0.01, 0.001, 0.1, 'number'],
    /** Texts that one session may be given within an hour. */
    perHour: [3, 1, 20, 'integer'],
    /** How long a text waits to be typed. */
    challengeMs: [300 * SECOND, 30 * SECOND, HOUR, 'integer'],
    /** Least characters of a text, and the same while the template is young. */
    characters: [120, 40, 440, 'integer'],
    youngCharacters: [220, 40, 440, 'integer'],
  },
  challenge: {
    lifetimeMs: [120 * SECOND, 5 * SECOND, HOUR, 'integer'],
    /** How long the outcome is repeated to the same submit. */
    outcomeMs: [60 * SECOND, SECOND, 10 * MINUTE, 'integer'],
    /** After this time a judgement that gave no outcome may be begun again. */
    leaseMs: [5 * SECOND, 100, MINUTE, 'integer'],
  },
  throttle: {
    /** Failures from which each further one blocks. */
    failures: [5, 1, 100, 'integer'],
    blockMs: [30 * SECOND, SECOND, HOUR, 'integer'],
    /** Failures from which nothing is allowed: for a customer until another factor resets the counter, for an address until some are forgotten. */
    cap: [50, 2, 1_000, 'integer'],
    /** An address's failure is forgotten after this time; a customer's failures this long after the last one. */
    windowMs: [DAY, MINUTE, 30 * DAY, 'integer'],
  },
  session: {
    idleMs: [120 * SECOND, 10 * SECOND, HOUR, 'integer'],
    warnMs: [90 * SECOND, 5 * SECOND, HOUR, 'integer'],
    absoluteMs: [12 * HOUR, MINUTE, 30 * DAY, 'integer'],
    accessMs: [5 * MINUTE, 10 * SECOND, HOUR, 'integer'],
    stepUpMs: [5 * MINUTE, 10 * SECOND, HOUR, 'integer'],
    /** Failed re-authentications that end a session. */
    reauthFailures: [3, 1, 10, 'integer'],
  },
  continuous: {
    /** What arrives within this time shares a transaction: at most so many batches of evidence. */
    groupMs: [50, 0, 1_000, 'integer'],
    mostGrouped: [100, 1, 1_000, 'integer'],
    /** Most batches that wait for an answer of this server; more are refused. */
    mostWaiting: [2_000, 1, 100_000, 'integer'],
    /** How often a page sends what it has. */
    everyMs: [2 * SECOND, 500, MINUTE, 'integer'],
    /** Most points of a session's risk over time that are kept: where there are more, of two the higher one. */
    historyPoints: [120, 2, 120, 'integer'],
    /** More than a person does, by the server's own time. */
    keysPerSecond: [25, 5, 1_000, 'integer'],
    eventsPerSecond: [500, 50, 10_000, 'integer'],
    /**
     * How long somebody may be active in a session that is checked while nothing comes to tell him by, beside a ready template: then the code is asked for before
     * anything sensitive.
     */
    silentMs: [10 * MINUTE, MINUTE, 30 * DAY, 'integer'],
    /** What a template rests on before anything is compared with it: keys of typing, actions of the pointer, and days for both. */
    readyKeys: [600, 50, 100_000, 'integer'],
    readyActions: [250, 60, 100_000, 'integer'],
    readyDays: [2, 1, 30, 'integer'],
    /** Keys of a session after which it is compared with its own beginning, while there is no template: who differs teaches nothing. */
    ownKeys: [500, 100, 100_000, 'integer'],
    /** Most sessions without an independent factor that teach a template in seven days. */
    weeklyLessons: [5, 0, 1_000, 'integer'],
  },
  matrix: {
    /** Cells that one code asks for. */
    coordinates: [3, 2, 6, 'integer'],
    /** Wrong codes in a row that suspend the card. */
    wrongInARow: [5, 1, 20, 'integer'],
  },
  registration: {
    lifetimeMs: [HOUR, 5 * MINUTE, 7 * DAY, 'integer'],
    /** How often the password is typed at enrolment. */
    passwordEntries: [5, 3, 20, 'integer'],
    /** How many short texts are typed at enrolment. */
    texts: [3, 0, 10, 'integer'],
    /** Wrong codes that end a registration. */
    codeTries: [5, 1, 20, 'integer'],
    /** Registrations that one address may submit in an hour. */
    perHour: [30, 1, 100_000, 'integer'],
  },
  retention: {
    samplesMs: [90 * DAY, DAY, 3_650 * DAY, 'integer'],
    signInsMs: [90 * DAY, DAY, 3_650 * DAY, 'integer'],
    mailMs: [30 * DAY, DAY, 3_650 * DAY, 'integer'],
    alertsMs: [90 * DAY, DAY, 3_650 * DAY, 'integer'],
    /** What is left of a session that was checked: when, how much, how sure. */
    sessionsMs: [90 * DAY, DAY, 3_650 * DAY, 'integer'],
  },
  password: {
    minLength: [12, 8, 64, 'integer'],
    /** Least zxcvbn score, 0-4. */
    minScore: [3, 0, 4, 'integer'],
  },
} as const satisfies Record<string, Record<string, readonly [number, number, number, 'number' | 'integer']>>;

type Fields = typeof FIELDS;

/** Every number that a decision depends on. Times in ms, rates as fractions. */
export type Policy = { readonly [Group in keyof Fields]: { readonly [Field in keyof Fields[Group]]: number } };

/** A policy in which anything may be left out. */
export type PolicyOptions = { readonly [Group in keyof Policy]?: { readonly [Field in keyof Policy[Group]]?: number } };

/**
 * Fills what is left out with the defaults, checks the ranges, and freezes.
 *
 * @throws TypeError for a group or a field that does not exist or is not a number; RangeError for a number out of range, or for two
 * that contradict each other. The message names the field.
 */
export function definePolicy(options: PolicyOptions = {}): Policy {
  assertPlainObject(options, 'policy');
  const given = options as Record<string, Record<string, unknown> | undefined>;
  for (const group of Object.keys(given)) {
    if (!Object.hasOwn(FIELDS, group)) {
      throw new TypeError(`policy.${group} does not exist`);
    }
  }
  const policy: Record<string, Record<string, number>> = {};
  for (const [group, fields] of Object.entries(FIELDS)) {
    policy[group] = defineGroup(group, fields, given[group] ?? {});
  }
  const defined = policy as unknown as Policy;
  assertOrder(defined.typing.strictFmr <= defined.typing.targetFmr, 'typing.strictFmr', 'at most typing.targetFmr');
  assertOrder(defined.throttle.cap > defined.throttle.failures, 'throttle.cap', 'more than throttle.failures');
  assertOrder(defined.session.warnMs < defined.session.idleMs, 'session.warnMs', 'less than session.idleMs');
  assertOrder(defined.session.idleMs < defined.session.absoluteMs, 'session.idleMs', 'less than session.absoluteMs');
  assertOrder(defined.session.stepUpMs < defined.session.absoluteMs, 'session.stepUpMs', 'less than session.absoluteMs');
  assertOrder(defined.text.characters <= defined.text.youngCharacters, 'text.characters', 'at most text.youngCharacters');
  assertOrder(defined.challenge.leaseMs <= defined.challenge.outcomeMs, 'challenge.leaseMs', 'at most challenge.outcomeMs');
  return Object.freeze(defined);
}

function defineGroup(
  group: string,
  fields: Readonly<Record<string, readonly [number, number, number, 'number' | 'integer']>>,
  given: Record<string, unknown>,
): Record<string, number> {
  assertPlainObject(given, `policy.${group}`);
  for (const field of Object.keys(given)) {
    if (!Object.hasOwn(fields, field)) {
      throw new TypeError(`policy.${group}.${field} does not exist`);
    }
  }
  const result: Record<string, number> = {};
  for (const [field, [standard, least, greatest, kind]] of Object.entries(fields)) {
    const value = given[field] ?? standard;
    const name = `policy.${group}.${field}`;
    if (typeof value !== 'number') {
      throw new TypeError(`${name} must be a number`);
    }
    if (!(value >= least && value <= greatest) || (kind === 'integer' && !Number.isInteger(value))) {
      throw new RangeError(`${name} must be ${kind === 'integer' ? 'an integer' : 'a number'} from ${least} to ${greatest}`);
    }
    result[field] = value;
  }
  return Object.freeze(result);
}

function assertPlainObject(value: unknown, name: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} must be an object`);
  }
}

function assertOrder(holds: boolean, field: string, rule: string): void {
  if (!holds) {
    throw new RangeError(`policy.${field} must be ${rule}`);
  }
}
