import { sql } from 'kysely';
import type { Migration } from './migration';

/**
 * One table for everything. Its key leads with tenant and subject, and ids are random, so that rows spread over many nodes and all that
 * belongs to a customer lies together.
 */
export const records: Migration = {
  version: 1,
  name: '0001-records',
  up: (schema, types) => [
    schema
      .createTable('tacit_record')
      .addColumn('tenant', types.text, (column) => column.notNull())
      .addColumn('subject', types.text, (column) => column.notNull())
      .addColumn('kind', types.text, (column) => column.notNull())
      .addColumn('id', types.text, (column) => column.notNull())
      .addColumn('body', types.bytes, (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('due', 'bigint')
      .addColumn('version', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('tacit_record_key', ['tenant', 'subject', 'kind', 'id'])
      .compile(),
    schema.createIndex('tacit_record_time').on('tacit_record').columns(['tenant', 'subject', 'kind', 'at', 'id']).compile(),
    schema.createIndex('tacit_record_kind').on('tacit_record').columns(['tenant', 'kind', 'subject', 'id']).compile(),
    schema
      .createIndex('tacit_record_due')
      .on('tacit_record')
      .columns(['tenant', 'kind', 'due', 'subject', 'id'])
      .where(sql.ref('due'), 'is not', null)
      .compile(),
  ],
};
