import type { Measurement } from './measure';

export const FREE_TEXT_NAME = 'free text: events to score, a window of 50 keys against 10';
export const POINTER_ACTION_NAME = 'pointer: one action, events to features';
export const POINTER_WINDOW_NAME = 'pointer: score a window of 25 actions';

/** Something that is kept: how many bytes. */
export interface Size {
  name: string;
  bytes: number;
}

export const POPULATION_NAMES = ['population of free text, in memory', 'population of pointers, in memory'] as const;
export const TEMPLATE_NAMES = ['template of free text, stored', 'template of the pointer, stored'] as const;

/** What the continuous factors cost, and what is kept for them. */
export interface SessionFigures {
  operations: Measurement[];
  sizes: Size[];
}
