import type { Notebook } from './notebook.ts'
import type { TruthTables } from './truth.ts'

const record = 'file, entry, t, E, x, y, z'

/** Reads what the comparison needs: the selection's own streams, and the truth that no selection sees. */
export async function truthTables(notebook: Notebook): Promise<TruthTables> {
  return {
    found: await notebook.table(
      'from ibd select prompt_file = prompt.file, prompt_entry = prompt.entry, delayed_file = delayed.file, delayed_entry = delayed.entry',
    ),
    pairs: await notebook.table('from "data/demo/truth/pairs.parquet" where kind == "ibd"'),
    scenarios: await notebook.table(
      'from "data/demo/truth/defects.parquet" where scenario > 0 select scenario, expect',
    ),
    records: await notebook.table(`from events where det == "CD" select ${record}`),
    others: await notebook.table('from events where E in 2 .. 12 MeV select file, entry, t'),
    processes: await notebook.table('from "data/demo/truth/rows.parquet" select file, entry, process'),
    muons: await notebook.table('from muons select t, file, entry'),
    neutrons: await notebook.table(`from neutrons select ${record}`),
  }
}
