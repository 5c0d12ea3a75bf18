// Functions of the page's scripts, called one after another: a line of JSON in, a line out. No number stands as a text.
import { createInterface } from "node:readline";

const MARK = "@";
const given = (text) => JSON.parse(text.replace(/NaN|-?Infinity/g, `"${MARK}$&"`),
  (_, value) => (typeof value === "string" && value.startsWith(MARK) ? Number(value.slice(1)) : value));
const told = (value) => JSON.stringify(value ?? null,
  (_, one) => (typeof one === "number" && !Number.isFinite(one) ? `${MARK}${one}` : one))
  .replaceAll(/"@(NaN|-?Infinity)"/g, "$1");

for await (const line of createInterface({ input: process.stdin })) {
  const { script, name, values } = given(line);
  const module = await import(script);
  process.stdout.write(`${told(await module[name](...values))}\n`);
}
