import { EVIDENCE_LIMITS } from '@tacit-auth/features';
import type { z } from 'zod';
import { TacitServerError } from '../errors';
import type { Flows } from '../flows';
import type { SessionNeed } from '../flows/session-need';
import type { FlowClient, FlowResult, SessionGrant, SessionView } from '../flows/types';
import { isSignInCursor } from '../sign-ins';
import type { SentCookies } from './cookies';
import { openEventStream } from './event-stream';
import { MAX_BODY_BYTES } from './read-body';
import { BATCH, BODIES, parseBody } from './schemas';

/** What a route is given. `session` is there where the route asks for one. */
export interface RouteCall<Body> {
  flows: Flows;
  client: FlowClient;
  body: Body;
  session: SessionGrant;
  /** The browser's live session, if it has one, where the route asks for none. */
  present: SessionGrant | undefined;
  tokens: SentCookies;
  query: URLSearchParams;
}

/** `none`: whoever asks; else as {@link SessionNeed}. */
export type Need = 'none' | SessionNeed;

export interface Route {
  method: 'GET' | 'POST';
  need: Need;
  /** Whether a session that is doubted is refused until a code of the card was right in it. */
  sensitive: boolean;
  /** Largest body, in bytes. */
  maxBytes: number;
  /** Whether the call is an action of the user that keeps the session from locking. */
  activity: boolean;
  /** Whether a session that the first such call has replaced may ask for its outcome again. */
  repeatable: boolean;
  /** For calls that only Tacit's own passwords have. */
  ownPasswords: boolean;
  status: number;
  /** Where the answer is no JSON: its type and the name of the file. */
  download?: { type: string; name: string };
  run(call: RouteCall<unknown>): Promise<FlowResult<unknown>>;
}

const DEFAULTS = {
  sensitive: false,
  maxBytes: MAX_BODY_BYTES,
  activity: false,
  repeatable: false,
  ownPasswords: false,
  status: 200,
} as const;

type Options = Partial<Omit<Route, 'method' | 'need' | 'run'>>;

function get(need: Need, run: (call: RouteCall<unknown>) => Promise<FlowResult<unknown>>, options: Options = {}): Route {
  return { ...DEFAULTS, method: 'GET', need, ...options, run };
}

function post<Schema extends z.ZodType>(
  need: Need,
  schema: Schema,
  run: (call: RouteCall<z.output<Schema>>) => Promise<FlowResult<unknown>>,
  options: Options = {},
): Route {
  return {
    ...DEFAULTS,
    method: 'POST',
    need,
    activity: need !== 'none',
    ...options,
    run: (call) => run({ ...call, body: parseBody(schema, call.body) }),
  };
}

const ok = async <T>(body: Promise<T>): Promise<FlowResult<T>> => ({ ok: true, body: await body });
const own = { ownPasswords: true };
const sensitive = { sensitive: true };
/** What a page does by itself is no action of the user: it never keeps a session from locking. */
const background = { activity: false };

/** The session as it is after this call. */
async function current({ flows, client, tokens }: RouteCall<unknown>): Promise<FlowResult<SessionView>> {
  const check = await flows.sessions.check({ client, tokens, view: true });
  if (check.status === 'live' && check.view !== undefined) {
    return { ok: true, body: check.view };
  }
  return { ok: true, body: { state: 'none', ...(check.status === 'none' && check.ended ? { ended: true } : {}) } };
}

/** Every call, by its path under the base path. */
export const ROUTES: Readonly<Record<string, Route>> = {
  '/session': get('none', current),
  '/activity': post('any', BODIES.empty, current),
  '/refresh': post('none', BODIES.empty, ({ flows, client, tokens }) => flows.sessions.refresh({ client, tokens })),
  '/lock': post('any', BODIES.empty, ({ flows, session }) => flows.sessions.lock({ session }), { activity: false }),
  '/logout': post('none', BODIES.empty, ({ flows, client, tokens }) => flows.sessions.logout({ client, tokens })),

  '/login/start': post('none', BODIES.empty, ({ flows, client }) => ok(flows.login.start({ client }))),
  '/login': post('none', BODIES.login, ({ flows, client, body, present }) =>
    flows.login.submit({ client, ...body, ...(present === undefined ? {} : { previous: present }) }),
  ),
  '/step-up/start': post('waiting', BODIES.stepUpStart, ({ flows, client, session, body: { purpose, binding } }) =>
    flows.stepUp.start({
      client,
      session,
      ...(purpose === undefined ? {} : { purpose }),
      ...(binding === undefined ? {} : { binding }),
    }),
  ),
  '/step-up': post('waiting', BODIES.code, ({ flows, client, session, body }) => flows.stepUp.submit({ client, session, ...body }), {
    repeatable: true,
  }),
  '/step-up/use-code': post('open', BODIES.empty, ({ flows, client, session }) => flows.faceStepUp.useCode({ client, session })),
  '/step-up/face/start': post('open', BODIES.empty, ({ flows, client, session }) => flows.faceStepUp.start({ client, session })),
  '/step-up/face': post('open', BODIES.face, ({ flows, client, session, body }) => flows.faceStepUp.submit({ client, session, ...body }), {
    repeatable: true,
  }),
  '/card/lost': post('open', BODIES.empty, ({ flows, session }) => flows.lostCard.report({ session })),
  '/card/collect/start': post('none', BODIES.empty, ({ flows, client }) => ok(flows.lostCard.collectStart({ client }))),
  '/card/collect': post('none', BODIES.cardCollect, ({ flows, client, body }) => flows.lostCard.collect({ client, ...body })),
  '/card/confirm': post('none', BODIES.code, ({ flows, client, body }) => flows.lostCard.confirm({ client, ...body })),
  '/reauthenticate/start': post('any', BODIES.empty, ({ flows, client, session }) => flows.reauthenticate.start({ client, session })),
  '/reauthenticate': post(
    'any',
    BODIES.reauthenticate,
    ({ flows, client, session, body }) => flows.reauthenticate.submit({ client, session, ...body }),
    { repeatable: true },
  ),

  '/register/start': post('none', BODIES.registerStart, ({ flows, client, body }) => ok(flows.register.start({ client, ...body })), own),
  '/register/strength': post(
    'none',
    BODIES.strength,
    ({ flows, body: { password, hints } }) => ok(flows.register.strength({ password, ...(hints === undefined ? {} : { hints }) })),
    own,
  ),
  '/register/face': post('none', BODIES.face, ({ flows, client, body }) => flows.register.face({ client, ...body }), own),
  '/register': post(
    'none',
    BODIES.register,
    ({ flows, client, body: { face, ...body } }) => flows.register.submit({ client, ...body, ...(face === undefined ? {} : { face }) }),
    own,
  ),
  '/register/confirm': post('none', BODIES.registerConfirm, ({ flows, client, body }) => flows.register.confirm({ client, ...body }), {
    ...own,
    status: 201,
  }),
  '/password/start': post('full', BODIES.empty, ({ flows, client, session }) => flows.password.start({ client, session }), {
    ...own,
    ...sensitive,
  }),
  '/password': post('full', BODIES.password, ({ flows, client, session, body }) => flows.password.submit({ client, session, ...body }), {
    ...own,
    ...sensitive,
    repeatable: true,
  }),
  '/reset/start': post('none', BODIES.resetStart, ({ flows, client, body }) => flows.reset.start({ client, ...body }), own),
  '/reset/coordinates': post(
    'none',
    BODIES.resetCoordinates,
    ({ flows, client, body }) => flows.reset.coordinates({ client, ...body }),
    own,
  ),
  '/reset': post('none', BODIES.reset, ({ flows, client, body }) => flows.reset.submit({ client, ...body }), own),

  '/security': get('full', ({ flows, session }) => flows.security.overview({ session })),
  '/history': get('full', ({ flows, session, query }) => {
    const before = query.get('before');
    if (before !== null && !isSignInCursor(before)) {
      throw new TacitServerError('ERR_FIELD_INVALID', { field: 'before' });
    }
    return flows.security.history({ session, ...(before === null ? {} : { before }) });
  }),
  '/history.csv': get('full', ({ flows, session }) => flows.security.historyCsv({ session }), {
    download: { type: 'text/csv; charset=utf-8', name: 'sign-ins.csv' },
  }),
  '/sign-ins/confirm': post(
    'full',
    BODIES.confirmed,
    ({ flows, session, body }) => flows.security.confirmSignIns({ session, ...body }),
    sensitive,
  ),
  '/sign-ins/dispute': post(
    'full',
    BODIES.dispute,
    ({ flows, session, body }) => flows.security.disputeSignIn({ session, ...body }),
    sensitive,
  ),
  '/sessions/end': post(
    'full',
    BODIES.endSession,
    ({ flows, session, body }) => flows.sessions.endOther({ session, other: body.session }),
    sensitive,
  ),
  '/consent': post(
    'full',
    BODIES.consent,
    ({ flows, session, body: { biometrics = 'declined', face, session: checks, confirmation } }) => {
      if (checks !== undefined) {
        return flows.continuous.consent({ session, checks, confirmation });
      }
      return face === undefined
        ? flows.security.consent({ session, biometrics, confirmation })
        : flows.faceSettings.consent({ session, face, confirmation });
    },
    sensitive,
  ),
  '/face/start': post(
    'full',
    BODIES.faceStart,
    ({ flows, client, session, body: { confirmation, consent } }) =>
      flows.faceSettings.enrolStart({ client, session, confirmation, ...(consent === undefined ? {} : { consent }) }),
    sensitive,
  ),
  '/face/enrol': post(
    'full',
    BODIES.face,
    ({ flows, client, session, body }) => flows.faceSettings.enrol({ client, session, ...body }),
    sensitive,
  ),
  '/face/delete': post('full', BODIES.confirmed, ({ flows, session, body }) => flows.faceSettings.delete({ session, ...body }), sensitive),
  '/enrol/start': post('full', BODIES.empty, ({ flows, client, session }) => flows.password.enrolStart({ client, session }), sensitive),
  '/enrol': post(
    'full',
    BODIES.enrol,
    ({ flows, client, session, body: { texts, ...body } }) =>
      flows.password.enrol({ client, session, ...body, ...(texts === undefined ? {} : { texts }) }),
    sensitive,
  ),
  '/export': post('full', BODIES.confirmed, ({ flows, session, body }) => flows.security.exportData({ session, ...body }), {
    ...sensitive,
    download: { type: 'application/json', name: 'my-data.json' },
  }),
  '/erase': post('full', BODIES.confirmed, ({ flows, session, body }) => flows.security.erase({ session, ...body }), sensitive),

  '/text/start': post('full', BODIES.empty, ({ flows, client, session }) => flows.textChallenge.start({ client, session })),
  '/text/submit': post('full', BODIES.text, ({ flows, client, session, body }) => flows.textChallenge.submit({ client, session, ...body })),

  '/continuous/open': post(
    'full',
    BODIES.continuousOpen,
    ({ flows, session, body: { own } }) => flows.continuous.open({ session, ...(own === undefined ? {} : { own }) }),
    background,
  ),
  '/continuous/batch': post('full', BATCH, ({ flows, session, body: batch }) => ok(flows.continuous.submit({ session, batch })), {
    ...background,
    maxBytes: EVIDENCE_LIMITS.maxBytes,
  }),

  '/operators/live': get('full', ({ flows, session, query }) => {
    const after = query.get('after');
    return ok(flows.operators.liveSessions({ session, ...(after === null ? {} : { after }) }));
  }),
  '/operators/live/session': get('full', ({ flows, session, query }) =>
    ok(flows.operators.liveSession({ session, id: query.get('id') ?? '' })),
  ),
  '/operators/terminate': post('full', BODIES.operated, ({ flows, session, body: { id } }) =>
    ok(flows.operators.terminateSession({ session, id })),
  ),
  '/operators/events': get('full', ({ flows, session }) => openEventStream(flows, session)),
};
