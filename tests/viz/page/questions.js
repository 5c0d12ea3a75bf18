// Questions asked of a page that lives by itself, in Node or in a browser; given and answered as JSON.

/** What a page answers, once the lanes are known. */
function answered(engine, ask) {
  return new Promise((done, fail) => {
    const said = [];
    const hear = (answer) => {
      said.push(answer);
      if (answer.say === "fault" || answer.lanes) end(said);
    };
    const stopped = () => { if (engine.get("state").error) fail(new Error(engine.get("state").error.cause)); };
    const end = (found) => {
      engine.off("msg:custom", hear);
      engine.off("change:state", stopped);
      done(found);
    };
    engine.on("msg:custom", hear);
    engine.on("change:state", stopped);
    engine.send({ ask });
  });
}

/** All that is answered to every question of every scene, after what was asked before. */
export async function answers({ LocalEngine, Pool, unpacked, restore, QUESTIONS_ANSWERED }, { document, scenes }) {
  const facts = await unpacked(document);
  const found = [];
  for (const { courses, seed, asks, questions } of scenes) {
    const pool = new Pool(document.worker, facts);
    const engine = new LocalEngine(facts, pool, QUESTIONS_ANSWERED);
    restore(engine, new URLSearchParams({ a: courses[0], ...(courses[1] && { b: courses[1] }), seed }));
    asks.forEach((ask) => engine.send(ask));
    const said = [];
    for (const question of questions) said.push(await answered(engine, question));
    pool.close();
    found.push(said);
  }
  return found;
}

/** A question that is given up, and then another: what is answered after giving up. */
export async function givenUp({ LocalEngine, Pool, unpacked, restore, QUESTIONS_ANSWERED }, { document }) {
  const facts = await unpacked(document);
  const pool = new Pool(document.worker, facts);
  const engine = new LocalEngine(facts, pool, QUESTIONS_ANSWERED);
  restore(engine, new URLSearchParams());
  engine.send({ ask: "growth" });
  engine.send({ ask: "enough" });
  const said = await answered(engine, "pinch");
  pool.close();
  return said.map(({ say }) => say);
}

/** Shares of runs, as the curve has them. */
export async function shares({ Lives, shareOf, unpacked }, { document, runs }) {
  const lives = new Lives(await unpacked(document));
  return runs.map(({ seed, ...run }) => {
    const work = shareOf(lives, { ...run, seed: BigInt(seed) });
    for (;;) {
      const { done, value } = work.next();
      if (done) return value;
    }
  });
}
