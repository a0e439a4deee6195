"""Writes `juno.root`, event data in JUNO's own layout, with real ROOT: `juno.py TO.root [empty]`.

30 events in `Meta/navigator`. Event i has no `/Event/CdVertexRec` when i % 3 == 1, and has `/Event/WpRec` only when i % 4 == 0; `empty`: never.
The classes have the members that matter and the layout on disk that PyPI's `pyjuno` reads, which the tests hold against it.
"""

import sys

import ROOT

ROOT.gInterpreter.Declare(
    r"""
#include "TFile.h"
#include "TObject.h"
#include "TTimeStamp.h"
#include "TTree.h"
#include <string>
#include <vector>

namespace JM {
class SmartRef {
 public:
  UInt_t m_uid = 0; UShort_t m_pidf = 0; Long64_t m_entry = -1;
  SmartRef() {}
  SmartRef(UShort_t pidf, Long64_t entry) : m_pidf(pidf), m_entry(entry) {}
  virtual ~SmartRef() {}
  ClassDefInline(SmartRef, 1)
};
class EvtNavigator : public TObject {
 public:
  std::vector<SmartRef*> m_refs; TTimeStamp m_TimeStamp;
  ClassDefInlineOverride(EvtNavigator, 1)
};
class CdVertexRecHeader : public TObject {
 public:
  Int_t m_RunID = 0; SmartRef m_event;
  ClassDefInlineOverride(CdVertexRecHeader, 1)
};
class CdVertexRecEvt : public TObject {
 public:
  Float_t m_x = 0; Float_t m_energy = 0; std::vector<Float_t> m_q;
  ClassDefInlineOverride(CdVertexRecEvt, 1)
};
class WpRecHeader : public TObject {
 public:
  SmartRef m_event;
  ClassDefInlineOverride(WpRecHeader, 1)
};
class WpRecEvt : public TObject {
 public:
  Int_t m_npe = 0;
  ClassDefInlineOverride(WpRecEvt, 1)
};
class FileMetaData : public TObject {
 public:
  std::vector<std::string> m_priority; Int_t m_version = 3; std::vector<std::string> m_NavPath;
  ClassDefInlineOverride(FileMetaData, 1)
};
}

template <class Header, class Event> struct Trees {
  Header* header = new Header; Event* event = new Event; TTree* headers; TTree* events; Long64_t entries = 0;
  Trees(TDirectory* folder, const char* h, const char* e) {
    folder->cd();
    headers = new TTree(h, ""); headers->Branch(h, &header, 16000, 99);
    events = new TTree(e, ""); events->Branch(e, &event, 16000, 99);
  }
  JM::SmartRef* fill() { header->m_event = JM::SmartRef(0, entries); headers->Fill(); events->Fill(); return new JM::SmartRef(0, entries++); }
};

void writeJuno(const char* path, bool empty) {
  TFile file(path, "RECREATE");
  auto* meta = file.mkdir("Meta"); auto* event = file.mkdir("Event");
  auto* cdFolder = event->mkdir("CdVertexRec"); auto* wpFolder = event->mkdir("WpRec");
  JM::FileMetaData data; data.m_priority = {"a"}; data.m_NavPath = {"/Event/CdVertexRec", "/Event/WpRec"};
  meta->WriteObjectAny(&data, "JM::FileMetaData", "FileMetaData");
  meta->cd();
  TTree tree("navigator", ""); auto* navigator = new JM::EvtNavigator; tree.Branch("EvtNavigator", &navigator, 16000, 99);
  Trees<JM::CdVertexRecHeader, JM::CdVertexRecEvt> cd(cdFolder, "CdVertexRecHeader", "CdVertexRecEvt");
  Trees<JM::WpRecHeader, JM::WpRecEvt> wp(wpFolder, "WpRecHeader", "WpRecEvt");
  for (int i = 0; i < 30; i++) {
    navigator->m_TimeStamp = TTimeStamp((time_t)1756728000 + i / 10, 1000 * i);
    cd.header->m_RunID = 7; cd.event->m_x = i; cd.event->m_energy = 2 * i; cd.event->m_q.assign(i % 4, i);
    wp.event->m_npe = 100 + i;
    navigator->m_refs = {i % 3 != 1 ? cd.fill() : new JM::SmartRef(0, -1), !empty && i % 4 == 0 ? wp.fill() : new JM::SmartRef(0, -1)};
    tree.Fill();
  }
  meta->cd(); tree.Write();
  cdFolder->cd(); cd.headers->Write(); cd.events->Write();
  wpFolder->cd(); wp.headers->Write(); wp.events->Write();
}
"""
)
ROOT.writeJuno(sys.argv[1], sys.argv[2:] == ["empty"])
