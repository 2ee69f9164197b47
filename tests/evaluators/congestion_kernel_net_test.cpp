// Namespaces of our own: what they have, what the host keeps, and that they are gone with their process however it ends.

#include <fcntl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <array>
#include <cstring>
#include <thread>

#include "evaluators/congestion/kernel/net_namespace.h"
#include "tests/evaluators/congestion_kernel_making.h"
#include "tests/evaluators/congestion_making.h"

namespace assay::evaluators::congestion::kernel {
namespace {

TEST(KernelNetNamespace, HasOneDeviceAndTheHostKeepsWhatItHad) {
  NEEDS_KERNEL_PATH();
  const auto before = host_state();
  const std::size_t descriptors = open_descriptors();
  {
    const auto made = NetNamespace::make({"10.83.0.1", 1500, true});
    ASSERT_TRUE(made) << made.error().what;
    std::string inside, ecn;
    ASSERT_TRUE(made->inside([&] {
      inside = text_of("/proc/thread-self/net/dev");
      ecn = text_of("/proc/sys/net/ipv4/tcp_ecn");
    }));
    EXPECT_NE(inside.find("path:"), std::string::npos) << inside;
    EXPECT_EQ(ecn, "1\n");
    EXPECT_EQ(made->dropped().value_or(99), 0u);
    EXPECT_EQ(host_state(), before) << "while it is there";
  }
  EXPECT_EQ(host_state(), before);
  EXPECT_EQ(open_descriptors(), descriptors);
}

TEST(KernelNetNamespace, ThisThreadStaysWhereItWas) {
  NEEDS_KERNEL_PATH();
  struct stat before {}, after {}, made_one {};
  ASSERT_EQ(::stat("/proc/thread-self/ns/net", &before), 0);
  const auto made = NetNamespace::make({"10.83.0.1"});
  ASSERT_TRUE(made);
  ASSERT_EQ(::stat("/proc/thread-self/ns/net", &after), 0);
  ASSERT_EQ(::fstat(made->handle(), &made_one), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_NE(before.st_ino, made_one.st_ino);
}

TEST(KernelNetNamespace, AHostThatDoesNotAllowItIsNamed) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root: what a user without rights gets is what host_can_run() says here";
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(9);
    const auto can = host_can_run();
    if (can) ::_exit(1);
    ::_exit(can.error().fault == Fault::provider && can.error().what.find("root") != std::string::npos ? 0 : 2);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(KernelNetNamespace, AnAddressThatIsNoneIsAnError) {
  NEEDS_KERNEL_PATH();
  const auto made = NetNamespace::make({"10.83.0.300"});
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().what.find("10.83.0.300"), std::string::npos);
}

// The kernel tells who gave a namespace a number when it ends (RTM_DELNSID). The observer has a namespace of its own, so that the numbers are no
// part of the host either.

struct NumberRequest {
  nlmsghdr header;
  rtgenmsg body;
  alignas(4) std::array<char, 64> attributes;
};

void put(NumberRequest& request, unsigned short type, int value) {
  auto* attribute = reinterpret_cast<nlattr*>(reinterpret_cast<char*>(&request) + NLMSG_ALIGN(request.header.nlmsg_len));
  attribute->nla_type = type;
  attribute->nla_len = NLA_HDRLEN + sizeof value;
  std::memcpy(reinterpret_cast<char*>(attribute) + NLA_HDRLEN, &value, sizeof value);
  request.header.nlmsg_len = NLMSG_ALIGN(request.header.nlmsg_len) + NLA_HDRLEN + sizeof value;
}

bool give_number(int netlink, int namespace_fd) {
  NumberRequest request{};
  request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.body);
  request.header.nlmsg_type = RTM_NEWNSID;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  put(request, NETNSA_NSID, -1);
  put(request, NETNSA_FD, namespace_fd);
  return ::send(netlink, &request, request.header.nlmsg_len, 0) == static_cast<ssize_t>(request.header.nlmsg_len);
}

/// How many namespaces ended by the time nothing more came for so long, or `enough` had.
int ended_within(int netlink, int enough, int milliseconds) {
  int ended = 0;
  for (pollfd fd{netlink, POLLIN, 0}; ended < enough && ::poll(&fd, 1, milliseconds) == 1;) {
    alignas(nlmsghdr) std::array<char, 8192> bytes;
    const ssize_t got = ::recv(netlink, bytes.data(), bytes.size(), 0);
    if (got <= 0) return -1;
    auto left = static_cast<unsigned>(got);
    for (auto* message = reinterpret_cast<nlmsghdr*>(bytes.data()); NLMSG_OK(message, left); message = NLMSG_NEXT(message, left))
      ended += message->nlmsg_type == RTM_DELNSID;
  }
  return ended;
}

/// Numbers for the namespaces whose descriptors the process has.
int number_those_of(pid_t process, int netlink, std::vector<FileDescriptor>* kept) {
  int numbered = 0;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd", none)) {
    if (!std::filesystem::read_symlink(entry.path(), none).string().starts_with("net:[")) continue;
    FileDescriptor fd(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.valid() && give_number(netlink, fd.get())) ++numbered;
    if (kept != nullptr) kept->push_back(std::move(fd));
  }
  return numbered;
}

/// A run that would take a minute, in a process of its own. The pipe says when data flows.
pid_t start_long_run() {
  const pid_t process = ::fork();
  if (process != 0) return process;
  const Plan plan = plan_of(R"({"link": {"mbps": 12}, "delay_ms": 5, "seconds": 60, "flows": [{}, {}]})");
  const auto flows = flow_plans(plan, "reno");
  (void)run_on_kernel(plan, *flows, {});
  ::_exit(0);
}

/// 0, or what went wrong. Runs in a process of its own. `keep`: the observer holds the namespaces itself, and must see that they are there.
int observe(bool keep) {
  if (::unshare(CLONE_NEWNET) != 0) return 1;
  const FileDescriptor netlink(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  const int group = RTNLGRP_NSID;
  if (!netlink.valid() || ::setsockopt(netlink.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0) return 2;
  const pid_t process = start_long_run();
  int numbered = 0;
  std::vector<FileDescriptor> kept;
  for (int i = 0; i < 400 && (numbered = number_those_of(process, netlink.get(), keep ? &kept : nullptr)) < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(25));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));  // connections are made meanwhile
  const bool alive = ended_within(netlink.get(), 2, 0) == 0;
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
  if (numbered < 2) return 3;
  if (!alive) return 4;
  return ended_within(netlink.get(), 2, keep ? 500 : 30'000) == 2 ? 0 : 5;
}

int observed(bool keep) {
  const pid_t observer = ::fork();
  if (observer == 0) ::_exit(observe(keep));
  int status = 0;
  return ::waitpid(observer, &status, 0) == observer && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(KernelNetNamespace, IsGoneAfterKillMinusNineInTheMiddleOfARun) {
  NEEDS_KERNEL_PATH();
  const auto before = host_state();
  EXPECT_EQ(observed(false), 0) << "1: no namespace, 2: no netlink, 3: none of the run's was found, 4: it ended before, 5: a namespace outlives its process";
  EXPECT_EQ(host_state(), before);
}

TEST(KernelNetNamespace, TheObserverSeesOneThatOutlivesItsProcess) {
  NEEDS_KERNEL_PATH();
  EXPECT_EQ(observed(true), 5);
}

}  // namespace
}  // namespace assay::evaluators::congestion::kernel
