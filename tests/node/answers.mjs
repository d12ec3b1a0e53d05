// What `answers.js` says of typed answers: pairs of an exercise's data and a text on stdin, the HTML of each on stdout.
import { readFileSync } from "node:fs";
import { judge, told } from "../../dlbook/practise/answers.js";

const asked = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(asked.map(({ id, data, text }) => told(id, judge(data, text), null))));
