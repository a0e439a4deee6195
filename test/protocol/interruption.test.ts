import { pythonSuite } from '../support/python-suite.ts'

await pythonSuite('test/protocol/interruption.py')
