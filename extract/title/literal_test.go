package title

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLiterals(t *testing.T) {
	for expression, want := range map[string][]string{
		`解读|图解`:             {"解读", "图解"},
		`公[告示]$`:            {"公告", "公示"},
		`网站.{0,4}报表`:        {"网站"},
		`半年度?(?:政府|信息)`:     {"半年"},
		`(?:资金|质量)信息公开`:     {"资金信息公开", "质量信息公开"},
		`统计报?表?$`:           {"统计"},
		`.*`:                nil,
		`(?i)pdf`:           nil,
		`解读|.*`:             nil,
		`(?:通知|公告)(?:附件)?$`: {"通知", "公告"},
		`[上下]半`:             {"上半", "下半"},
		`(`:                 nil,
	} {
		if diff := cmp.Diff(want, literals(expression)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", expression, diff)
		}
	}
}

// Each rule against a title has literals, so that no title meets every expression.
func TestObjectionsHaveLiterals(t *testing.T) {
	for i, rule := range against {
		if objections[i] == nil {
			t.Errorf("rule %d, %s, has none", i, rule.kind)
		}
	}
}
