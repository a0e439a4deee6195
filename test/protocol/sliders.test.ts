import { pythonSuite } from '../support/python-suite.ts'

await pythonSuite('test/protocol/sliders.py')
