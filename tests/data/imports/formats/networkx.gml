graph [
  node [
    id 0
    label "HQ"
  ]
  node [
    id 1
    label "Lyon"
  ]
  node [
    id 2
    label "Oslo"
  ]
  edge [
    source 0
    target 1
    bandwidth "20 Mbit/s"
    latency "12 ms"
  ]
  edge [
    source 0
    target 2
    bandwidth "8 Mbit/s"
    latency "25 ms"
  ]
]
