// Finish times of given transfers by SimGrid, without protocol effects: max-min shares of links, no latency.
//
// usage: simgrid LINKS.csv TRANSFERS.csv FINISHES.csv
// LINKS: name,bandwidth_bps   TRANSFERS: id,start_s,from,to,bytes,links (names joined by `;`), in the order of starts

#include <simgrid/s4u.hpp>

#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace sg4 = simgrid::s4u;

struct Transfer {
  std::string id;
  double start;
  sg4::Host* from;
  sg4::Host* to;
  double bytes;
};

static std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  std::string part;
  while (std::getline(stream, part, by))
    parts.push_back(part);
  return parts;
}

int main(int argc, char** argv) {
  sg4::Engine engine(&argc, argv);
  if (argc != 4) {
    std::fprintf(stderr, "usage: simgrid LINKS.csv TRANSFERS.csv FINISHES.csv\n");
    return 2;
  }
  for (const char* setting : {"network/model:CM02", "network/crosstraffic:0", "network/weight-S:0", "network/latency-factor:1",
                              "network/bandwidth-factor:1", "network/TCP-gamma:0"})
    sg4::Engine::set_config(setting);
  auto* zone = sg4::create_full_zone("all");
  std::map<std::string, sg4::Link*> links;
  std::string line;
  std::ifstream link_file(argv[1]);
  std::getline(link_file, line);
  while (std::getline(link_file, line)) {
    auto cells = split(line, ',');
    links[cells.at(0)] = zone->create_link(cells.at(0), std::stod(cells.at(1)) / 8)->set_latency(0.0)->seal();
  }
  std::map<std::string, sg4::Host*> hosts;
  auto host = [&](const std::string& name) {
    auto& found = hosts[name];
    if (found == nullptr)
      found = zone->create_host(name, 1e9)->seal();
    return found;
  };
  std::map<std::pair<sg4::Host*, sg4::Host*>, bool> routed;
  std::vector<Transfer> transfers;
  std::ifstream transfer_file(argv[2]);
  std::getline(transfer_file, line);
  while (std::getline(transfer_file, line)) {
    auto cells = split(line, ',');
    Transfer transfer{cells.at(0), std::stod(cells.at(1)), host(cells.at(2)), host(cells.at(3)), std::stod(cells.at(4))};
    auto& is_routed = routed[{transfer.from, transfer.to}];
    if (!is_routed) {
      std::vector<sg4::LinkInRoute> route;
      for (const auto& name : split(cells.at(5), ';'))
        route.emplace_back(links.at(name));
      zone->add_route(transfer.from->get_netpoint(), transfer.to->get_netpoint(), nullptr, nullptr, route, false);
      is_routed = true;
    }
    transfers.push_back(std::move(transfer));
  }
  zone->seal();
  std::vector<sg4::CommPtr> comms;
  comms.reserve(transfers.size());
  sg4::Actor::create("starts", hosts.begin()->second, [&]() {
    for (const auto& transfer : transfers) {
      if (sg4::Engine::get_clock() < transfer.start)
        sg4::this_actor::sleep_until(transfer.start);
      auto comm = sg4::Comm::sendto_init(transfer.from, transfer.to);
      comm->set_payload_size(transfer.bytes);
      comm->start();
      comms.push_back(comm);
    }
    sg4::Comm::wait_all(comms);
  });
  engine.run();
  std::FILE* out = std::fopen(argv[3], "w");
  if (out == nullptr) {
    std::perror(argv[3]);
    return 1;
  }
  std::fprintf(out, "id,finish_s\n");
  for (size_t place = 0; place < transfers.size(); place++)
    std::fprintf(out, "%s,%.9f\n", transfers[place].id.c_str(), comms[place]->get_finish_time());
  return std::fclose(out) == 0 ? 0 : 1;
}
