graph [
  name "small"
  node [
    id 0
    label "HQ"
    lon 11.5
    lat 48.1
  ]
  node [
    id 1
    label "Lyon"
    lon 4.8
    lat 45.7
  ]
  node [
    id 2
    label "Oslo"
    lon 10.7
    lat 59.9
  ]
  edge [
    source 0
    target 1
    dist 2400
  ]
  edge [
    source 0
    target 2
    dist 5000
  ]
]
