graph [
  save_dir "dataset"
  node [
    id 0
    label "HQ"
    cpu 50
  ]
  node [
    id 1
    label "Lyon"
    cpu 50
  ]
  node [
    id 2
    label "Oslo"
    cpu 50
  ]
  edge [
    source 0
    target 1
    bw 20
  ]
  edge [
    source 0
    target 2
    bw 8
  ]
]
