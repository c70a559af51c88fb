/**
 * How long a test waits for something that must come: mail from a job, a page, a server that starts. It says nothing of how fast anything is; a busy machine takes its
 * time, and what never comes fails all the same.
 */
export const PATIENCE_MS = 60_000;
