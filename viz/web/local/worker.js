// The script of a worker: a bench, once it was told of the lands.
import { LifeBench } from "./bench.js";

/** @type {LifeBench | null} */
let working = null;

self.onmessage = ({ data }) => {
  if (working) working.hear(data);
  else working = new LifeBench(data, (done) => self.postMessage(done));
};

self.onmessageerror = () => {
  throw new Error("this browser hands no rules to workers");
};
