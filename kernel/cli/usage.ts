export const usage = `sift: finds rare events by cuts and windows in time

  sift run   [FILE…] [-e CELL]… [options]   run files, then cells, as one notebook
  sift check [FILE…] [-e CELL]… [options]   check them: every mistake, nothing runs
  sift fmt   [--check] FILE…   bring files into the one layout; --check only says which are not in it
  sift index build --from FILES --columns FILE --out DIR [options]   make the index of event data
  sift index verify PATH…   hold an index against its event data; info PATH… says what it holds
  sift install [--user | --sys-prefix | --prefix DIR]   offer Sift in Jupyter; uninstall takes it away

  -e CELL          a cell as text
  --json           results as one JSON object per line
  --rows N|all     how many rows of a table are shown (20)
  --time           how long each cell took
  --threads N      worker threads (one for each core)
  --memory SIZE    most memory of the whole process, such as 600MB or 2GB (a quarter of what there is)
  --keep-going     go on after a cell that fails
  --help, --version

  sift index build:
  --from FILES     event data in ROOT files, as "esd/*.root"; --tree NAME if there are several
  --columns FILE   the columns: YAML, or \`units … define …\` as after a \`from\`
  --format NAME    parquet (as it is), arrow, hdf5 or root
  --runs FILE      CSV of run,start,stop: the good time; else it comes from the events, marked ≈,
  --gap TIME       without pauses longer than this (1 s)
  --append         add files to an index; --resume finishes a build that was ended
  --workers N      worker threads (one for each core); --dry-run says what would be done; --json

Exit status: 0 done, 1 a mistake in the query, 2 wrong usage, 3 files or data, 4 running, 130 interrupted.
A file may hold several cells, each after a line "#%% title".

  sift run pairs.sift
  sift run -e 'describe "data/demo/*.parquet"'
`
