import type { Biometrics } from './types';

export type RiskLevel = 'low' | 'medium' | 'high';
export type EvidenceLevel = 'unsettled' | RiskLevel;

export interface SessionEvidence {
  since: number;
  /** When evidence last came. */
  lastAt: number | null;
  level: EvidenceLevel;
  levelSince: number;
  /** 0 to 1; risk is 1 - confidence. */
  confidence: number;
  risk: number;
  reasons: string[];
  counts: { batches: number; keys: number; actions: number; scored: number; replayed: number; untrusted: number };
  template: 'none' | 'young' | 'ready';
}

/** A session that is checked. Times are ms since the epoch. */
export interface LiveSession {
  id: string;
  subject: string | null;
  name: string | null;
  state: 'open' | 'locked' | 'ended';
  startedAt: number;
  expiresAt: number;
  lastActivityAt: number;
  risk: RiskLevel;
  stepUpNeeded: boolean;
  evidence: SessionEvidence | null;
}

export interface RiskPoint {
  at: number;
  risk: number;
  confidence: number;
}

export interface LiveSessionHistory extends LiveSession {
  points: RiskPoint[];
}

/** What the server tells of something, in codes. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

export interface OperatorAlert {
  id: string;
  at: number;
  code: string;
  customer: string;
  /** Tells customers of one name apart, and finds him among all; null where he was erased. */
  email: string | null;
  /** The session that it is about; null where it is about none. */
  session: string | null;
  reasons: string[];
  /** Codes and coarse figures. */
  detail: Facts;
  acknowledged: boolean;
  /** A right code of the card has answered it. */
  settled: boolean;
}

export interface FailedMail {
  id: string;
  at: number;
  kind: string;
  attempts: number;
  lastError: string;
}

export interface FailedDelivery {
  id: string;
  at: number;
  sink: string;
  attempts: number;
  lastError: string;
}

export interface OperatorCustomer {
  subject: string;
  name: string | null;
  email: string | null;
  role: 'customer' | 'operator';
  status: string;
  createdAt: number;
  consent: { biometrics: Biometrics; face: Biometrics; session: Biometrics } | null;
  card: 'none' | 'active' | 'suspended';
}

export interface TypingTemplate {
  state: 'young' | 'ready';
  learned: number;
  readyAt: number;
  calibrationState: 'current' | 'pending';
  enrolledAt: number;
  lastLearned: number;
  quarantined: number;
}

export interface SessionTemplate {
  state: 'young' | 'ready';
  sessions: number;
  days: number;
  typing: { windows: number; keys: number } | null;
  pointer: { windows: number; actions: number } | null;
  startedAt: number;
  learnedAt: number;
}

export interface CustomerTemplates {
  typing: TypingTemplate | { state: 'unreadable'; code: string } | null;
  session: SessionTemplate | { state: 'unreadable'; code: string } | null;
}

export interface Retraining {
  status: 'retrained' | 'unchanged' | 'no-template';
}

/** What typing and pointer are compared with. */
export interface Populations {
  freeText: 'shipped';
  /** The first characters of its id; null where the pointer is not compared. */
  pointer: string | null;
}

export interface AuditEntryView {
  sequence: number;
  at: number;
  type: string;
  reason: string | null;
  /** As it is chained, with ids. */
  detail: Facts;
  /** Who is meant by the ids of the same names; null for somebody of whom nothing is known any more. */
  people: { operator?: AuditPerson | null; subject?: AuditPerson | null };
}

export interface AuditPerson {
  subject: string;
  name: string | null;
  email: string | null;
  role: 'customer' | 'operator';
}

export type AuditVerdict = { status: 'intact'; entries: number } | { status: 'broken'; entry: number };
