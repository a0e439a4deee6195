// The filter and the pair search of the benchmark as one would write them in C++ for columns in memory: branchless selection,
// candidates compacted, then two pointers. Reads a question a line from stdin; argument: folder of t.i64, E.f32, x.f32, …
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

template <class T> std::vector<T> column(const std::string &path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  std::vector<T> values(static_cast<size_t>(file.tellg()) / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char *>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
  return values;
}

struct Columns {
  std::vector<int64_t> t;
  std::vector<float> E, x, y, z, qtot;
};

static const double lowest = 0.7, highest = 12, radius2 = 17200.0 * 17200.0, light = 1e6;
static const int64_t veto = 2000000, window = 1000000;
static const size_t chunk = 16384;

static inline int inside(const Columns &c, size_t i, double low, double high) {
  double E = c.E[i], x = c.x[i], y = c.y[i], z = c.z[i];
  return (E > low) & (E < high) & (x * x + y * y + z * z < radius2);
}

int64_t filter(const Columns &c) {
  std::vector<uint32_t> selected(chunk + 1);
  std::vector<int64_t> bins(120, 0);
  int64_t count = 0;
  for (size_t start = 0; start < c.t.size(); start += chunk) {
    size_t end = std::min(c.t.size(), start + chunk), k = 0;
    for (size_t i = start; i < end; i++) {
      selected[k] = static_cast<uint32_t>(i);
      k += inside(c, i, lowest, highest);
    }
    for (size_t j = 0; j < k; j++) bins[static_cast<size_t>(c.E[selected[j]] * 10.0)]++;
    count += static_cast<int64_t>(k);
  }
  return count + 0 * bins[3];
}

int64_t pairs(const Columns &c) {
  size_t rows = c.t.size();
  std::vector<uint32_t> loud(rows + 1), muons(rows + 1), prompts(rows + 1), delayed(rows + 1);
  size_t louds = 0, muonCount = 0, promptCount = 0, delayedCount = 0;
  for (size_t i = 0; i < rows; i++) {
    muons[muonCount] = static_cast<uint32_t>(i);
    muonCount += c.qtot[i] > light;
    loud[louds] = static_cast<uint32_t>(i);
    louds += static_cast<double>(c.E[i]) > lowest;
  }
  size_t m = 0;
  for (size_t k = 0; k < louds; k++) {
    uint32_t i = loud[k];
    while (m < muonCount && c.t[muons[m]] <= c.t[i]) m++;
    int quiet = m == 0 || c.t[i] - c.t[muons[m - 1]] > veto;
    int alone = k == 0 || c.t[i] - c.t[loud[k - 1]] > window;
    int candidate = quiet & inside(c, i, lowest, highest);
    prompts[promptCount] = i;
    promptCount += candidate & alone;
    delayed[delayedCount] = i;
    delayedCount += candidate & (c.E[i] >= 1.9) & (c.E[i] <= 2.5);
  }
  int64_t found = 0;
  size_t first = 0;
  for (size_t k = 0; k < promptCount; k++) {
    uint32_t p = prompts[k];
    while (first < delayedCount && delayed[first] <= p) first++;
    for (size_t j = first; j < delayedCount && c.t[delayed[j]] - c.t[p] <= window; j++) {
      uint32_t d = delayed[j];
      double x = double(c.x[p]) - c.x[d], y = double(c.y[p]) - c.y[d], z = double(c.z[p]) - c.z[d];
      found += x * x + y * y + z * z < 1500.0 * 1500.0;
    }
  }
  return found;
}

int main(int, char **arguments) {
  std::string folder = arguments[1], line;
  Columns c{column<int64_t>(folder + "/t.i64"), column<float>(folder + "/E.f32"), column<float>(folder + "/x.f32"),
            column<float>(folder + "/y.f32"), column<float>(folder + "/z.f32"), column<float>(folder + "/qtot.f32")};
  while (std::getline(std::cin, line)) {
    auto start = std::chrono::steady_clock::now();
    int64_t found = line.find("pairs") != std::string::npos ? pairs(c) : filter(c);
    double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    printf("{\"ms\": %f, \"found\": %lld}\n", ms, static_cast<long long>(found));
    fflush(stdout);
  }
}
