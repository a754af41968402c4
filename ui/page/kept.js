// What the browser keeps of conversations: a record of each, and each of its answers by itself.
// A tab adds and removes only what was asked and replaced in it, in one transaction: of two tabs
// with the same conversation neither takes away what is the other's.
const kept = (() => {
  const STORES = ["conversations", "answers"];
  const UNDO = 60_000;  // milliseconds for which what was deleted can be had back
  let opened = null;

  const got = (request) => new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  const database = () => {
    opened ??= new Promise((done, failed) => {
      const request = indexedDB.open("verbatim", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("conversations", {keyPath: "id"});
        request.result.createObjectStore("answers", {keyPath: ["conversation", "key"]});
      };
      request.onsuccess = () => {
        const found = request.result;
        found.onclose = () => { opened = null; };
        found.onversionchange = () => { found.close(); opened = null; };
        done(found);
      };
      request.onerror = () => failed(request.error);
    }).catch((error) => { opened = null; throw error; });
    return opened;
  };
  const within = async (mode, act) => {
    const transaction = (await database()).transaction(STORES, mode);
    const ended = new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = () => failed(transaction.error);
    });
    ended.catch(() => {});  // it is awaited below, unless what is done in it fails first
    try {
      const result = await act(...STORES.map((name) => transaction.objectStore(name)));
      await ended;
      return result;
    } catch (error) {
      try { transaction.abort(); } catch { /* it has ended already */ }
      throw error;
    }
  };
  const answersOf = (id) => IDBKeyRange.bound([id], [id, []]);
  const size = (record) => record.turns.reduce((sum, turn) => sum + turn.size, 0);
  const purge = async (conversations, answers, id) => {
    await got(conversations.delete(id));
    await got(answers.delete(answersOf(id)));
  };

  // The records, the last used first. What was deleted some time ago goes for good.
  const list = () => within("readwrite", async (conversations, answers) => {
    const found = await got(conversations.getAll()), now = Date.now();
    for (const record of found)
      if (record.deleted && record.deleted < now - UNDO)
        await purge(conversations, answers, record.id);
    return found.filter((record) => !record.deleted && record.turns.length)
      .sort((one, other) => other.used - one.used);
  });
  const load = (id) => within("readonly", async (conversations, answers) => {
    const record = await got(conversations.get(id));
    if (!record || record.deleted) return null;
    const found = new Map((await got(answers.getAll(answersOf(id)))).map((each) => [each.key, each.data]));
    record.turns = record.turns.filter((turn) => found.has(turn.key));
    return {record, data: record.turns.map((turn) => found.get(turn.key))};
  });
  // Returns the record as it is then, with how many of the oldest turns had to make room; null if
  // the conversation isn't there any more though some of it is known: all of it is wanted then.
  const save = (id, {added, removed, scope, partly}) =>
    within("readwrite", async (conversations, answers) => {
      const there = await got(conversations.get(id));
      if (!there && partly) return null;
      if (!there && !added.length) return {turns: [], dropped: 0};
      const record = there ?? {id, title: "", turns: []};
      record.deleted = 0;
      record.scope = scope;
      for (const {key, question, verdict, data} of added) {
        const turn = {key, question, verdict, size: data.length};
        const at = record.turns.findIndex((each) => each.key === key);
        if (at < 0) record.turns.push(turn); else record.turns[at] = turn;
      }
      if (added.length) record.used = Date.now();
      const over = record.turns.filter((turn) => !removed.includes(turn.key)).slice(0, -LIMITS.turns);
      const gone = [...removed, ...over.map((turn) => turn.key)];
      record.turns = record.turns.filter((turn) => !gone.includes(turn.key));
      record.first ||= record.turns[0]?.question ?? "";
      const others = (await got(conversations.getAll())).filter((each) => each.id !== id);
      if (added.length && others.reduce((sum, each) => sum + size(each), size(record)) > LIMITS.kept)
        throw new DOMException("", "QuotaExceededError");
      await got(conversations.put(record));
      for (const {key, data} of added)
        if (!gone.includes(key)) await got(answers.put({conversation: id, key, data}));
      for (const key of gone) await got(answers.delete([id, key]));
      return {...record, dropped: over.length};
    });
  const change = (id, changes) => within("readwrite", async (conversations) => {
    const record = await got(conversations.get(id));
    if (record) await got(conversations.put({...record, ...changes}));
    return Boolean(record);
  });
  const forget = () => new Promise((done) => {
    const close = async () => (await opened)?.close();
    close().catch(() => {}).then(() => {
      opened = null;
      const request = indexedDB.deleteDatabase("verbatim");
      request.onsuccess = request.onerror = request.onblocked = done;
    });
  });
  return {list, load, save, change, forget};
})();
const nameOf = (record) => record.title || record.first;
