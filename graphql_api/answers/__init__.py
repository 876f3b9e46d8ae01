"""The response cache: finished answers, served again as long as what they rest on is the same.

request ─► short_path ─► (hit: prepared bytes)
              │ else
          endpoint ─► cache ─► floor (process) ─► shared (Redis) ─► flights ─► execution
                                 ▲
servers ─► watch ─► freshness ───┘   which fingerprint each vCenter has, on which server
"""
