import { newIdempotencyKey } from '@tacit-auth/capture/transport';
import type { Client, PostOptions } from './client';
import type {
  AuditEntryView,
  AuditVerdict,
  CustomerTemplates,
  FailedDelivery,
  FailedMail,
  LiveSession,
  LiveSessionHistory,
  OperatorAlert,
  OperatorCustomer,
  Populations,
  Retraining,
} from './operator-types';

/** Pages of live sessions that are looked at: of more sessions no console keeps sight. */
const MOST_PAGES = 10;

/** The calls of the operators' console, by name. */
export function operatorCalls(client: Client) {
  const get = <T>(path: string, signal: AbortSignal | undefined): Promise<T> => client.get<T>(path, signal ? { signal } : {});
  const query = (values: Record<string, string | null>): string => {
    const set = Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== null && pair[1] !== '');
    return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
  };
  return {
    /** All sessions that are checked; `isWhole` says whether there are more than are looked at. */
    live: async (signal?: AbortSignal): Promise<{ sessions: LiveSession[]; isWhole: boolean }> => {
      const sessions: LiveSession[] = [];
      let after: string | null = null;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const path = `/auth/operators/live${query({ after })}`;
        const found: { sessions: LiveSession[]; next: string | null } = await get(path, signal);
        sessions.push(...found.sessions);
        after = found.next;
        if (after === null) {
          break;
        }
      }
      return { sessions, isWhole: after === null };
    },
    session: (id: string, signal?: AbortSignal) => get<LiveSessionHistory>(`/auth/operators/live/session${query({ id })}`, signal),
    terminate: (id: string, options: PostOptions) =>
      client.post<{ status: 'terminated' | 'over' }>('/auth/operators/terminate', { id }, options),
    alerts: async (signal?: AbortSignal) => (await get<{ alerts: OperatorAlert[] }>('/api/operator/alerts', signal)).alerts,
    acknowledgeAlert: async (id: string, options: PostOptions) =>
      (await client.post<{ alert: OperatorAlert }>('/api/operator/alerts/acknowledge', { id }, options)).alert,
    reissueCard: (email: string, options: PostOptions) => client.post<unknown>('/api/operator/cards/reissue', { email }, options),
    failedMail: async (signal?: AbortSignal) => (await get<{ mails: FailedMail[] }>('/api/operator/mail/failed', signal)).mails,
    retryMail: (id: string, options: PostOptions) => client.post<unknown>('/api/operator/mail/retry', { id }, options),
    failedDeliveries: async (signal?: AbortSignal) =>
      (await get<{ deliveries: FailedDelivery[] }>('/api/operator/deliveries/failed', signal)).deliveries,
    retryDelivery: (id: string, options: PostOptions) => client.post<unknown>('/api/operator/deliveries/retry', { id }, options),
    customers: async (email: string, after: string | null, signal?: AbortSignal) => {
      type Found = { customers: OperatorCustomer[]; next: string | null };
      const options = { idempotencyKey: newIdempotencyKey(), ...(signal ? { signal } : {}) };
      const { customers, next } =
        email === ''
          ? await get<Found>(`/api/operator/customers${query({ after })}`, signal)
          : await client.post<Found>('/api/operator/customers/search', { email }, options);
      return { items: customers, next };
    },
    populations: (signal?: AbortSignal) => get<Populations>('/api/operator/populations', signal),
    templates: (subject: string) => client.post<CustomerTemplates>('/api/operator/customers/templates', { subject }),
    retrain: (subject: string, options: PostOptions) => client.post<Retraining>('/api/operator/customers/retrain', { subject }, options),
    audit: async (after: string | null, signal?: AbortSignal) => {
      const { entries, next } = await get<{ entries: AuditEntryView[]; next: number | null }>(
        `/api/operator/audit${query({ after })}`,
        signal,
      );
      return { items: entries, next: next === null ? null : String(next) };
    },
    verifyAudit: (subject: string | null, options: PostOptions) =>
      client.post<AuditVerdict>('/api/operator/audit/verify', subject === null ? {} : { subject }, options),
  };
}

export type OperatorCalls = ReturnType<typeof operatorCalls>;
