import { dropUnread } from './drop-unread.ts'
import { filterBelowDefine } from './filter-below-define.ts'
import { filterBelowGroup } from './filter-below-group.ts'
import { filterBelowJoin } from './filter-below-join.ts'
import { filterBelowShift, filterBelowSort, filterBelowVeto } from './filter-below-order.ts'
import { filterIntoAnchor } from './filter-into-anchor.ts'
import { filterIntoRole, roleConditionAlone } from './filter-into-role.ts'
import { fuseFilters } from './fuse-filters.ts'
import type { Law } from './law.ts'

/** The laws, in the order in which they are tried at each node. */
export const laws: readonly Law[] = [
  fuseFilters,
  filterBelowSort,
  filterBelowGroup,
  filterIntoAnchor,
  filterIntoRole,
  roleConditionAlone,
  filterBelowJoin,
  filterBelowVeto,
  filterBelowShift,
  filterBelowDefine,
  dropUnread,
]
