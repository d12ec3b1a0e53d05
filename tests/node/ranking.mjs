// What the built book's search says to each question on standard input: `[{groups: [[url, …], …], …}, …]`.
import { readFileSync } from "node:fs";
import { find, prepare } from "../../dlbook/site/find.js";

const [, , file] = process.argv;
const index = JSON.parse(readFileSync(file, "utf8").replace(/^window\.dlbookSearch=|;\n$/g, ""));
const book = prepare(index);
const told = JSON.parse(readFileSync(0, "utf8")).map((query) => {
  const { groups, ...rest } = find(book, query);
  return { query, ...rest, groups: groups.map((hits) => hits.map(({ page, at }) => `${page}#${at}`)) };
});
console.log(JSON.stringify(told));
