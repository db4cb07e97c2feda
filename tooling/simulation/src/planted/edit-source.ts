import { registerHooks } from "node:module";

/** One change to a file of the wallet, made while it is loaded: nothing on disk is touched. */
export interface SourceEdit {
  /** End of the file's path. */
  file: string;
  find: string;
  replace: string;
}

/**
 * Applies edits to modules that are loaded from now on. The text must be there: a bug that is no longer planted would
 * pass for one that is no longer found.
 */
export function editSources(edits: readonly SourceEdit[]): { notYetLoaded(): SourceEdit[] } {
  const open = new Set(edits);
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      const mine = edits.filter(({ file }) => url.endsWith(file));
      if (mine.length === 0 || loaded.source === undefined || loaded.source === null) return loaded;
      let text =
        typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
      for (const edit of mine) {
        if (!text.includes(edit.find)) throw new Error(`${edit.file} does not hold: ${edit.find}`);
        text = text.replace(edit.find, () => edit.replace);
        open.delete(edit);
      }
      return { ...loaded, source: text };
    },
  });
  return { notYetLoaded: () => [...open] };
}
