graph [
  directed 0
  Network "Small"
  node [
    id 0
    label "HQ"
    Internal 1
    Longitude 11.5
    Latitude 48.1
  ]
  node [
    id 1
    label "Lyon"
    Internal 1
    Longitude 4.8
    Latitude 45.7
  ]
  node [
    id 2
    label "Oslo"
    Internal 1
    Longitude 10.7
    Latitude 59.9
  ]
  edge [
    source 0
    target 1
    LinkLabel "20 Mbit/s"
    LinkSpeedRaw 20000000.0
  ]
  edge [
    source 0
    target 2
    LinkLabel "8 Mbit/s"
    LinkSpeedRaw 8000000.0
  ]
]
