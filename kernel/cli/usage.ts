export const usage = `sift: finds rare events by cuts and windows in time

  sift run   [FILE…] [-e CELL]… [options]   run files, then cells, as one notebook
  sift check [FILE…] [-e CELL]… [options]   check them: every mistake, nothing runs
  sift install [--user | --sys-prefix | --prefix DIR]   offer Sift in Jupyter; uninstall takes it away

  -e CELL          a cell as text
  --json           results as one JSON object per line
  --rows N|all     how many rows of a table are shown (20)
  --time           how long each cell took
  --threads N      worker threads (one for each core)
  --memory SIZE    memory for running, such as 500MB or 2GB (a quarter of what there is)
  --keep-going     go on after a cell that fails
  --help, --version

Exit status: 0 done, 1 a mistake in the query, 2 wrong usage, 3 files or data, 4 running, 130 interrupted.
A file may hold several cells, each after a line "#%% title".

  sift run pairs.sift
  sift run -e 'describe "data/demo/*.parquet"'
`
