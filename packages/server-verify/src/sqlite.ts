export { type SqliteDatabase, type SqliteOptions, type SqliteStatement, sqlite } from './sqlite-store';
