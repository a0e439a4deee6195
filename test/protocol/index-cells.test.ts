import { pythonSuite } from '../support/python-suite.ts'

await pythonSuite('test/protocol/index_cells.py')
