import type { ChangeHub } from '../change-hub';
import type { Context } from '../context';
import type { EvidenceJudge } from '../continuous/judge-types';
import type { EnrolmentText } from '../enrolment-texts';
import type { Timer } from '../job-runner';
import type { MailTexts } from '../mail-texts';
import type { PasswordStore } from '../password-store';

type Awaitable<T> = T | Promise<T>;

/** What the host does when a customer comes or goes. Each may be called again after a crash and must then change nothing. */
export interface FlowHost {
  /** Commit the customer on your side. `subject` is the id under which Tacit knows him from now on. A rejection is tried again for a while. */
  onRegister?: (input: { subject: string; profile: unknown; role: 'customer' | 'operator' }) => Awaitable<void>;
  /** Undo `onRegister`, if it ever came through: the registration will not be completed. */
  onDiscard?: (input: { subject: string }) => Awaitable<void>;
  /** Erase the customer on your side. Tacit has erased its own records by then. */
  onErase?: (input: { subject: string }) => Awaitable<void>;
  /** What goes into the customer's export beside Tacit's records: plain JSON. */
  exportData?: (input: { subject: string }) => Awaitable<unknown>;
}

/** What the flows share. */
export interface FlowContext {
  readonly ctx: Context;
  readonly host: FlowHost;
  readonly passwords: PasswordStore;
  readonly parseProfile: (value: unknown) => unknown;
  readonly drawTexts: () => EnrolmentText[];
  readonly mailTexts: MailTexts;
  readonly origin: string;
  /** Judges what is seen through a session. */
  readonly judge: EvidenceJudge;
  /** Who waits for changes here. */
  readonly hub: ChangeHub;
  readonly timer: Timer;
}
