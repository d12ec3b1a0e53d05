// The still picture of an explorer's first state: payload on stdin, HTML on stdout.
import { readFileSync } from "node:fs";
import { markup } from "./markup.js";

process.stdout.write(markup(JSON.parse(readFileSync(0, "utf8"))));
