"""The suite tested by faults: each is planted in a copy of the tree, and its nearest tests have to notice.

`rooms/*.toml` hold the faults as data, one file a room. `[nearest]` names the tests of each file; a fault
that needs others names them itself:

    [[mutant]]
    id = "weight-sign"           # unique over all rooms
    file = "src/auriga/..."
    old = "what stands there"    # occurs once in the file
    new = "what a programmer could have written"
    why = "what would go wrong"
    tests = ["tests/..."]        # instead of those of [nearest]
    survives = "..."             # why no test can notice, or need not; printed on the page
"""
