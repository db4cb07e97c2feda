import type { Client } from "pg";

/** Replaces text in the body of an SQL function of the seed's database. The text must be there. */
export async function editFunction(
  superuser: Client,
  name: string,
  find: string,
  replace: string,
): Promise<void> {
  const { rows } = await superuser.query<{ definition: string }>(
    "SELECT pg_get_functiondef(oid) AS definition FROM pg_proc WHERE proname = $1",
    [name],
  );
  const definition = rows[0]?.definition ?? "";
  if (!definition.includes(find)) throw new Error(`${name} does not hold: ${find}`);
  await superuser.query(definition.replace(find, () => replace));
}
