graph [
  directed 0
  node [ id 0 label "hq" Latitude 50.1 Longitude 8.6 ]
  node [ id 1 label "lyon" Latitude 45.7 Longitude 4.8 ]
  node [ id 2 label "oslo" Internal 0 ]
  edge [ source 0 target 1 LinkSpeed "10" LinkSpeedUnits "M" ]
  edge [ source 1 target 2 LinkSpeedRaw 45000000.0 ]
]
