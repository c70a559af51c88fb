import type { z } from 'zod';
import { TacitServerError } from '../errors';
import type { Flows } from '../flows';
import type { FlowClient, FlowResult, SessionGrant, SessionView } from '../flows/types';
import { isSignInCursor } from '../sign-ins';
import type { SentCookies } from './cookies';
import { BODIES, parseBody } from './schemas';

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

/**
 * `none`: whoever asks. `any`: a session of whatever scope and state. `waiting`: one that can answer a matrix code, also locked. `open`: full and not
 * locked, or step-up. `full`: full and not locked.
 */
export type Need = 'none' | 'any' | 'waiting' | 'open' | 'full';

export interface Route {
  method: 'GET' | 'POST';
  need: Need;
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

type Options = Partial<Omit<Route, 'method' | 'need' | 'run'>>;

function get(need: Need, run: (call: RouteCall<unknown>) => Promise<FlowResult<unknown>>, options: Options = {}): Route {
  return { method: 'GET', need, activity: false, repeatable: false, ownPasswords: false, status: 200, ...options, run };
}

function post<Schema extends z.ZodType>(
  need: Need,
  schema: Schema,
  run: (call: RouteCall<z.output<Schema>>) => Promise<FlowResult<unknown>>,
  options: Options = {},
): Route {
  return {
    method: 'POST',
    need,
    activity: need !== 'none',
    repeatable: false,
    ownPasswords: false,
    status: 200,
    ...options,
    run: (call) => run({ ...call, body: parseBody(schema, call.body) }),
  };
}

const ok = async <T>(body: Promise<T>): Promise<FlowResult<T>> => ({ ok: true, body: await body });
const own = { ownPasswords: true };

/** The session as it is after this call. */
async function current({ flows, client, tokens }: RouteCall<unknown>): Promise<FlowResult<SessionView>> {
  const check = await flows.sessions.check({ client, tokens, view: true });
  return { ok: true, body: check.status === 'live' && check.view !== undefined ? check.view : { state: 'none' } };
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
  '/password/start': post('full', BODIES.empty, ({ flows, client, session }) => flows.password.start({ client, session }), own),
  '/password': post('full', BODIES.password, ({ flows, client, session, body }) => flows.password.submit({ client, session, ...body }), {
    ...own,
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
  '/sign-ins/confirm': post('full', BODIES.confirmed, ({ flows, session, body }) => flows.security.confirmSignIns({ session, ...body })),
  '/sign-ins/dispute': post('full', BODIES.dispute, ({ flows, session, body }) => flows.security.disputeSignIn({ session, ...body })),
  '/sessions/end': post('full', BODIES.endSession, ({ flows, session, body }) => flows.sessions.endOther({ session, other: body.session })),
  '/consent': post('full', BODIES.consent, ({ flows, session, body: { biometrics = 'declined', face, confirmation } }) =>
    face === undefined
      ? flows.security.consent({ session, biometrics, confirmation })
      : flows.faceSettings.consent({ session, face, confirmation }),
  ),
  '/face/start': post('full', BODIES.faceStart, ({ flows, client, session, body: { confirmation, consent } }) =>
    flows.faceSettings.enrolStart({ client, session, confirmation, ...(consent === undefined ? {} : { consent }) }),
  ),
  '/face/enrol': post('full', BODIES.face, ({ flows, client, session, body }) => flows.faceSettings.enrol({ client, session, ...body })),
  '/face/delete': post('full', BODIES.confirmed, ({ flows, session, body }) => flows.faceSettings.delete({ session, ...body })),
  '/enrol/start': post('full', BODIES.empty, ({ flows, client, session }) => flows.password.enrolStart({ client, session })),
  '/enrol': post('full', BODIES.enrol, ({ flows, client, session, body: { texts, ...body } }) =>
    flows.password.enrol({ client, session, ...body, ...(texts === undefined ? {} : { texts }) }),
  ),
  '/export': post('full', BODIES.confirmed, ({ flows, session, body }) => flows.security.exportData({ session, ...body }), {
    download: { type: 'application/json', name: 'my-data.json' },
  }),
  '/erase': post('full', BODIES.confirmed, ({ flows, session, body }) => flows.security.erase({ session, ...body })),
};
