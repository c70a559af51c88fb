export { type PostgresJobsOptions, postgresJobs } from './postgres-jobs';
export { type PostgresNotificationsOptions, postgresNotifications } from './postgres-notifications';
export type { PostgresClient, PostgresPool, PostgresPoolOptions, PostgresResult } from './postgres-pool';
export { type PostgresOptions, postgres } from './postgres-store';
