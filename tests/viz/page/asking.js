// A page that is asked one thing after another, in Node or in a browser; given and answered as JSON, bytes as base64.

function textOf(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

/** When the bands are of all replications. */
function bandsOf(engine, count) {
  return new Promise((done) => {
    const look = () => {
      const bands = engine.get("bands");
      if (!bands || new Uint32Array(bands, 0, 1)[0] < count) return;
      engine.off("change:bands", look);
      done(bands);
    };
    engine.on("change:bands", look);
    look();
  });
}

/** What a page says after everything that it was asked. */
export async function told({ LocalEngine, Pool, unpacked, restore }, { document, scripts }) {
  const facts = await unpacked(document);
  const answers = [];
  for (const { courses, seed, asks } of scripts) {
    const pool = new Pool(document.worker, facts);
    const engine = new LocalEngine(facts, pool);
    const said = [];
    engine.on("msg:custom", (answer) => said.push(answer));
    restore(engine, new URLSearchParams({ a: courses[0], ...(courses[1] && { b: courses[1] }), seed }));
    const states = asks.map((ask) => {
      engine.send(ask);
      return engine.get("state");
    });
    const bands = textOf(await bandsOf(engine, facts.engine.spreading.replications));
    const lives = [...engine.ensemble.known.values()].map((runs) => runs.map(({ buffer }) => textOf(buffer)));
    pool.close();
    answers.push({
      states, said, bands, lives, workers: typeof Worker === "function",
      land: engine.get("land"), frames: engine.lanes.map((lane) => lane.frames.map(textOf)),
      history: textOf(engine.history()),
    });
  }
  return answers;
}

/** What a page says of addresses that cannot be. */
export async function refused({ Courses, unpacked }, { document, texts }) {
  const courses = new Courses(await unpacked(document));
  return texts.map((text) => {
    try {
      return { read: courses.text(courses.read(text)) };
    } catch (error) {
      return error.said;
    }
  });
}

/** Seeds of the ladder, as texts. */
export function ladders({ seedsBesides }, { seeds, count }) {
  return seeds.map((seed) => seedsBesides(BigInt(seed), count).map(String));
}

/** Numbers as they are written. */
export function written({ floatText, generalText }, { numbers }) {
  return numbers.map((number) => [floatText(number), generalText(number)]);
}
