// One bottleneck in ns-3 3.37, to compare our simulator with (scripts/compare-ns3): senders and receivers of their own behind two
// routers, and nothing that queues but the bottleneck: drop-tail at its device or, with --disc=1, a FIFO discipline before a device
// that holds one more packet, whose waiting is then not counted.
//
//   dumbbell --algorithm=TcpCubic --mbps=12 --delayMs=20 --queue=80 --flows=1 --seconds=60
//
// Prints one line of name=value pairs: utilisation (arrived IP bytes over what the link could carry), queueing delay of packets that
// left the queue (ms, from arrival to the beginning of the transmission), loss (dropped over offered to the queue), Jain's index of
// arrived bytes, packets that left the bottleneck, and processor seconds of the simulation alone.

#include <ns3/applications-module.h>
#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>
#include <ns3/traffic-control-module.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <deque>
#include <string>
#include <vector>

namespace {

using namespace ns3;

struct Options {
  std::string algorithm = "TcpLinuxReno";
  double mbps = 12, delay_ms = 20, seconds = 60, start_gap_s = 0, least_rto_ms = 1000;
  std::uint32_t queue = 80, flows = 1, acks = 2, segment = 1448;
  bool hystart = true, disc = false;
};

Options read(int argc, char** argv) {
  Options options;
  CommandLine line;
  line.AddValue("algorithm", "TcpLinuxReno, TcpCubic, TcpBbr, ...", options.algorithm);
  line.AddValue("mbps", "of the bottleneck", options.mbps);
  line.AddValue("delayMs", "of propagation, one way", options.delay_ms);
  line.AddValue("queue", "packets", options.queue);
  line.AddValue("flows", "", options.flows);
  line.AddValue("seconds", "", options.seconds);
  line.AddValue("startGap", "seconds between the flows' starts", options.start_gap_s);
  line.AddValue("acks", "segments to an acknowledgement", options.acks);
  line.AddValue("segment", "bytes of data; with headers and timestamps 52 more", options.segment);
  line.AddValue("leastRtoMs", "", options.least_rto_ms);
  line.AddValue("hystart", "of TcpCubic", options.hystart);
  line.AddValue("disc", "FIFO discipline before the device", options.disc);
  line.Parse(argc, argv);
  return options;
}

void set_defaults(const Options& options) {
  Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(TypeId::LookupByName("ns3::" + options.algorithm)));
  Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(options.segment));
  Config::SetDefault("ns3::TcpSocket::InitialCwnd", UintegerValue(10));
  Config::SetDefault("ns3::TcpSocket::DelAckCount", UintegerValue(options.acks));
  Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1 << 24));
  Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1 << 24));
  Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(static_cast<std::uint64_t>(options.least_rto_ms))));
  Config::SetDefault("ns3::TcpCubic::HyStart", BooleanValue(options.hystart));
}

/// What passes the bottleneck's queue, in order.
class Watch {
 public:
  void enqueued(Ptr<const Packet>) { waiting_.push_back(Simulator::Now()); ++offered; }
  void dequeued(Ptr<const Packet>) {
    delays_.push_back((Simulator::Now() - waiting_.front()).GetNanoSeconds());
    waiting_.pop_front();
  }
  void left_disc(Ptr<const QueueDiscItem>) { ++offered; }
  void waited(Time time) { delays_.push_back(time.GetNanoSeconds()); }
  void dropped(Ptr<const Packet>) { ++drops, ++offered; }
  void dropped_by_disc(Ptr<const QueueDiscItem>) { ++drops, ++offered; }

  double mean_ms() const {
    double sum = 0;
    for (std::int64_t delay : delays_) sum += static_cast<double>(delay);
    return delays_.empty() ? 0 : sum / static_cast<double>(delays_.size()) / 1e6;
  }
  double p95_ms() {
    if (delays_.empty()) return 0;
    const auto rank = static_cast<std::ptrdiff_t>((delays_.size() * 95 + 99) / 100 - 1);
    std::nth_element(delays_.begin(), delays_.begin() + rank, delays_.end());
    return static_cast<double>(delays_[static_cast<std::size_t>(rank)]) / 1e6;
  }
  std::size_t packets() const { return delays_.size(); }
  std::uint64_t drops = 0, offered = 0;

 private:
  std::deque<Time> waiting_;
  std::vector<std::int64_t> delays_;
};

/// Two nodes with a link and addresses in a network of their own; no discipline, which an address brings with it.
NetDeviceContainer connect(Ptr<Node> a, Ptr<Node> b, PointToPointHelper& link, Ipv4AddressHelper& addresses, Ipv4InterfaceContainer& interfaces) {
  const NetDeviceContainer devices = link.Install(a, b);
  interfaces = addresses.Assign(devices);
  TrafficControlHelper().Uninstall(devices);
  addresses.NewNetwork();
  return devices;
}

NetDeviceContainer connect_bottleneck(const Options& options, const NodeContainer& routers, Ipv4AddressHelper& addresses) {
  PointToPointHelper link;
  link.SetDeviceAttribute("DataRate", DataRateValue(DataRate(static_cast<std::uint64_t>(options.mbps * 1e6))));
  link.SetChannelAttribute("Delay", TimeValue(MicroSeconds(static_cast<std::uint64_t>(options.delay_ms * 1e3))));
  const std::string places = std::to_string(options.queue) + "p";
  link.SetQueue("ns3::DropTailQueue<Packet>", "MaxSize", StringValue(options.disc ? "1p" : places));
  Ipv4InterfaceContainer interfaces;
  return connect(routers.Get(0), routers.Get(1), link, addresses, interfaces);
}

/// Without a discipline what finds the device full is dropped by the layer above, which the device has told to stop.
void watch_bottleneck(const Options& options, Ptr<NetDevice> device, Watch& watch) {
  if (options.disc) {
    TrafficControlHelper fifo;
    fifo.SetRootQueueDisc("ns3::FifoQueueDisc", "MaxSize", StringValue(std::to_string(options.queue) + "p"));
    const Ptr<QueueDisc> disc = fifo.Install(device).Get(0);
    disc->TraceConnectWithoutContext("SojournTime", MakeCallback(&Watch::waited, &watch));
    disc->TraceConnectWithoutContext("Dequeue", MakeCallback(&Watch::left_disc, &watch));
    disc->TraceConnectWithoutContext("Drop", MakeCallback(&Watch::dropped_by_disc, &watch));
    return;
  }
  const Ptr<Queue<Packet>> queue = DynamicCast<PointToPointNetDevice>(device)->GetQueue();
  queue->TraceConnectWithoutContext("Enqueue", MakeCallback(&Watch::enqueued, &watch));
  queue->TraceConnectWithoutContext("Dequeue", MakeCallback(&Watch::dequeued, &watch));
  queue->TraceConnectWithoutContext("Drop", MakeCallback(&Watch::dropped, &watch));
  device->GetNode()->GetObject<TrafficControlLayer>()->TraceConnectWithoutContext("TcDrop", MakeCallback(&Watch::dropped, &watch));
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double jain(const std::vector<double>& shares) {
  double sum = 0, squares = 0;
  for (double share : shares) sum += share, squares += share * share;
  return squares == 0 ? 0 : sum * sum / (static_cast<double>(shares.size()) * squares);
}

void run(const Options& options) {
  NodeContainer routers(2), senders(options.flows), receivers(options.flows);
  InternetStackHelper stack;
  for (const NodeContainer& nodes : {routers, senders, receivers}) stack.Install(nodes);
  Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.0");
  Ipv4InterfaceContainer interfaces;
  PointToPointHelper access;
  access.SetDeviceAttribute("DataRate", StringValue("10Gbps"));
  access.SetChannelAttribute("Delay", StringValue("0ms"));
  access.SetQueue("ns3::DropTailQueue<Packet>", "MaxSize", StringValue("100000p"));
  const NetDeviceContainer middle = connect_bottleneck(options, routers, addresses);
  Watch watch;
  watch_bottleneck(options, middle.Get(0), watch);
  std::vector<Ptr<PacketSink>> sinks;
  for (std::uint32_t i = 0; i < options.flows; ++i) {
    connect(senders.Get(i), routers.Get(0), access, addresses, interfaces);
    connect(routers.Get(1), receivers.Get(i), access, addresses, interfaces);
    const InetSocketAddress address(interfaces.GetAddress(1), 5000);
    BulkSendHelper bulk("ns3::TcpSocketFactory", address);
    bulk.Install(senders.Get(i)).Start(Seconds(options.start_gap_s * i));
    PacketSinkHelper sink("ns3::TcpSocketFactory", InetSocketAddress(Ipv4Address::GetAny(), 5000));
    sinks.push_back(DynamicCast<PacketSink>(sink.Install(receivers.Get(i)).Get(0)));
  }
  Ipv4GlobalRoutingHelper::PopulateRoutingTables();
  Simulator::Stop(Seconds(options.seconds));
  const double begin = processor_seconds();
  Simulator::Run();
  const double spent = processor_seconds() - begin;
  std::vector<double> shares;
  double data = 0;
  for (const auto& sink : sinks) shares.push_back(static_cast<double>(sink->GetTotalRx())), data += shares.back();
  const double arrived = data / options.segment * (options.segment + 52);
  std::printf("algorithm=%s mbps=%g delay_ms=%g queue=%u flows=%u seconds=%g utilisation=%.4f mean_ms=%.2f p95_ms=%.2f loss=%.5f jain=%.4f packets=%zu processor_s=%.4f\n",
              options.algorithm.c_str(), options.mbps, options.delay_ms, options.queue, options.flows, options.seconds,
              arrived * 8 / (options.mbps * 1e6 * options.seconds), watch.mean_ms(), watch.p95_ms(),
              watch.offered == 0 ? 0 : static_cast<double>(watch.drops) / static_cast<double>(watch.offered), jain(shares), watch.packets(), spent);
  Simulator::Destroy();
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = read(argc, argv);
  set_defaults(options);
  run(options);
}
