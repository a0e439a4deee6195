import { pythonSuite } from '../support/python-suite.ts'

await pythonSuite('test/notebooks/tools.py')
