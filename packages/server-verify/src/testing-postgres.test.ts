import { Client } from 'pg';
import { expect, it } from 'vitest';
import { testDatabase } from './testing-postgres';

it('gives databases that know nothing of each other, on one server', async () => {
  const databases = await Promise.all([testDatabase(), testDatabase()]);
  const [one, two] = databases.map(({ url }) => new Client({ connectionString: url })) as [Client, Client];
  await Promise.all([one.connect(), two.connect()]);
  await one.query('create table mine (id int)');
  await expect(two.query('select * from mine')).rejects.toMatchObject({ code: '42P01' });
  const port = async (client: Client) => (await client.query('show port')).rows;
  expect(await port(one)).toEqual(await port(two));
  await Promise.all([one.end(), two.end()]);
  await Promise.all(databases.map((database) => database.close()));
  const gone = new Client({ connectionString: databases[0]!.url });
  await expect(gone.connect()).rejects.toMatchObject({ code: '3D000' });
});
