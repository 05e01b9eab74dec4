graph [
  directed 0
  node [
    id 0
    label "HQ"
    host_bandwidth_down "1 Gbit"
    host_bandwidth_up "1 Gbit"
  ]
  node [
    id 1
    label "Lyon"
    host_bandwidth_down "20 Mbit"
    host_bandwidth_up "20 Mbit"
  ]
  node [
    id 2
    label "Oslo"
    host_bandwidth_down "8 Mbit"
    host_bandwidth_up "8 Mbit"
  ]
  edge [
    source 0
    target 1
    latency "12 ms"
  ]
  edge [
    source 0
    target 2
    latency "25 ms"
  ]
]
